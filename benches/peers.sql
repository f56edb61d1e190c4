-- The peers' six rules as one batch over a finished log, in DuckDB: what a warehouse can say afterwards. It has no clock and
-- keeps no state. `benches/peers_duckdb.py LOG` runs it.
--
-- Prints for each rule how often it fired, and the sum of the times of firing in Unix milliseconds, each modulo 1000003.

create temp table events as
select row_number() over () as n, epoch_ms("at") as t, kind, "group" as g, member as m, links, amount
from read_ndjson($log, columns = {
  "at": 'TIMESTAMPTZ', kind: 'VARCHAR', "group": 'VARCHAR', member: 'VARCHAR', links: 'BIGINT', amount: 'DOUBLE'});

with
ending as (select max(t) as last from events),
messages as (
  select *, lag(t, 4) over (partition by g, m order by n) as fifth from events where kind = 'message.posted'),
-- The fifth message within 10 s, then nothing for 60 s.
floods as (
  select unnest(list_reduce(
    list([t] order by n),
    lambda fired, next: case when next[1] - fired[len(fired)] >= 60000 then list_append(fired, next[1]) else fired end)) as t
  from messages where fifth > t - 10000 group by g, m),
since_join as (
  select *, max(t) filter (kind = 'member.joined') over (partition by g, m order by n) as joined
  from events where kind in ('member.joined', 'message.posted')),
strikes as (
  select t, row_number() over (partition by m order by n) - count(*) over (
    partition by m order by t range between unbounded preceding and 2592000000 preceding) as nth
  from since_join where kind = 'message.posted' and links > 0 and t - joined < 259200000),
bought as (
  select m, t, n, sum(amount) over (partition by m order by n rows between unbounded preceding and current row)
    - coalesce(sum(amount) over (
        partition by m order by t range between unbounded preceding and 7776000000 preceding), 0) as total
  from events where kind = 'purchase.made'),
promoted as (select min(t) as t from bought where total >= 1000 group by m),
waits as (
  select t + 86400000 as t, kind, lead(t) over (partition by g, m order by n) as next
  from events where kind in ('member.joined', 'member.left', 'message.posted')),
silences as (
  select t + 604800000 as t, lead(t) over (partition by g order by n) as next
  from (select *, row_number() over (partition by g order by n) as nth from events)
  where kind = 'message.posted' or nth = 1),
fired as (
  select 'R1' as rule, t from events where kind = 'member.joined'
  union all select 'R2', t from floods
  union all select 'R3.' || least(nth, 4), t from strikes
  union all select 'R4', t from promoted
  union all select 'R5', t from waits, ending
    where kind = 'member.joined' and coalesce(next >= t, true) and t <= ending.last
  union all select 'R6', t from silences, ending where coalesce(next >= t, true) and t <= ending.last)
select rule, count(*) as firings, sum(t % 1000003)::BIGINT as checksum from fired group by rule order by rule;
