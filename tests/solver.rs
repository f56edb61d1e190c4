//! The condition solver against the engine: on random conditions and logs both come to the same truth, and what the solver
//! calls impossible never comes about.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test may fail")]

use chrono::Timelike;
use proptest::prelude::*;
use qun::check::content::Contents;
use qun::engine::{Gate, Output, Program, Tested, Watch};
use qun::lint::solver::{
    Cell, Clock, Cube, Line, Region, Scene, Set, Solver, Sort, Symbol, Term, Trigger, Want, place,
};
use qun::log::{Decoded, Decoder};
use qun::plan::expr::{Aggregate, Expr, Function};
use qun::plan::ids::ItemId;
use qun::plan::value::Value;
use qun::plan::{Plan, Scope};
use qun::simulate::{Driver, Moment, Options, Sink};
use qun::syntax::source::Sources;
use qun::time::{DaySet, Duration, Instant, MonthDay, Schedule, TimeOfDay, Weekday, Zone};
use rust_decimal::Decimal;
use std::cell::{Cell as Counter, RefCell};
use std::collections::BTreeSet;

struct Nothing;

impl Contents for Nothing {
    fn read(&self, _path: &str) -> Result<String, String> {
        Err("there is no such file".to_owned())
    }
}

const GROUND: &str = r#"
community { timezone "Asia/Shanghai" currency CNY }
kind lead, welfare
role owner, admin
tag lurker
points feathers
field city: text for member
field score: number for member
event message.posted for member in group { bot: bool = false, flag: bool? }
let few = 2
let talk for member in group = count(message.posted, last 1h)
segment regular for member in group when count(message.posted, last 1h) >= 2 or member has lurker
tiers level for member {
  tier basic
  tier silver when count(message.posted) >= 2
  tier gold when count(message.posted) >= 4
}
rule lurk for member { on checkin.done  do { tag lurker  award 2 feathers } }
rule wake for member { on reaction.added  do { untag lurker  redeem 1 feathers } }
"#;

// ---- conditions -------------------------------------------------------------------------------------------------------

fn pick(words: &[&str]) -> BoxedStrategy<String> {
    proptest::sample::select(words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>()).boxed()
}

fn numbers(event: bool) -> BoxedStrategy<String> {
    let state = [
        "count(message.posted, last 10s)",
        "count(message.posted, last 1h)",
        "count(message.posted)",
        "count(message.posted, today)",
        "count(message.posted by group, last 10s)",
        "count(message.posted by community, last 1h)",
        "count(message.posted by member, last 1h)",
        "count(purchase.made, last 2d)",
        "count(message.posted where links > 1, last 1h)",
        "count(member.joined by group)",
        "distinct(message.posted.member by group, last 1h)",
        "streak(message.posted)",
        "group.size",
        "member.score",
        "(member.score else 1)",
        "member.feathers",
        "member.talk",
        "few",
        "now.hour",
        "count(members where member has lurker)",
        "(count(message.posted) - group.size)",
    ];
    let of_event = ["event.links", "event.length", "(event.length else 0)", "(event.links + 1)", "event.images"];
    if event { prop_oneof![pick(&state), pick(&of_event)].boxed() } else { pick(&state) }
}

fn leaf(event: bool) -> BoxedStrategy<String> {
    let op = || pick(&["<", "<=", ">", ">=", "is", "is not"]);
    let constant = || pick(&["0", "1", "2", "3", "4", "2.5", "12", "23", "-1"]);
    let number = (numbers(event), op(), prop_oneof![3 => constant(), 1 => numbers(event)])
        .prop_map(|(a, op, b)| format!("{a} {op} {b}"));
    let turned = (constant(), op(), numbers(event)).prop_map(|(a, op, b)| format!("{a} {op} {b}"));
    let between =
        (numbers(event), constant(), constant()).prop_map(|(a, low, high)| format!("{a} between {low} and {high}"));
    let listed = (numbers(event), constant(), constant()).prop_map(|(a, x, y)| format!("{a} in [{x}, {y}]"));
    let since = ["since(member.joined)", "since(message.posted)", "since(purchase.made)"];
    let lengths = ["0s", "5s", "10s", "1h", "2d"];
    let during = (pick(&since), op(), prop_oneof![2 => pick(&lengths), 1 => pick(&since)])
        .prop_map(|(a, op, b)| format!("{a} {op} {b}"));
    let amounts =
        ["sum(purchase.made.amount, last 2d)", "avg(purchase.made.amount)", "¥3", "¥0", "last(purchase.made.amount)"];
    let money = (pick(&amounts), op(), pick(&amounts)).prop_map(|(a, op, b)| format!("{a} {op} {b}"));
    let plain = pick(&[
        "member has lurker",
        "member is admin",
        "member has city",
        "member in regular",
        "exists(purchase.made)",
        "exists(message.posted, last 10s)",
        "never(purchase.made, last 2d)",
        "never(message.posted)",
        "group is lead",
        "group.kind is welfare",
        "group in [lead, welfare]",
        "member.city is \"x\"",
        "member.city is not \"y\"",
        "member.city in [\"x\", \"y\"]",
        "member.level is gold",
        "member.level >= silver",
        "member.level < gold",
        "now.weekday is monday",
        "now.weekday in [saturday, sunday]",
        "now between 22:00 and 06:00",
        "now between 09:00 and 12:30",
        "(if member has lurker then 1 else 3) > 2",
        "(if member has city then count(message.posted) else 0) >= 2",
    ]);
    let of_event = pick(&[
        "event.bot",
        "event.flag",
        "event.flag is true",
        "(event.flag else false)",
        "event.text is \"a\"",
        "event.text is not \"b\"",
        "event.text contains \"a\"",
        "event.text matches /a+/",
        "event.at between 2026-01-05T00:00 and 2026-01-06T00:00",
        "event.reply_to is event.text",
    ]);
    let shared = prop_oneof![4 => number, 1 => turned, 1 => between, 1 => listed, 2 => during, 1 => money, 4 => plain];
    if event { prop_oneof![4 => shared, 1 => of_event].boxed() } else { shared.boxed() }
}

fn condition(event: bool) -> BoxedStrategy<String> {
    leaf(event)
        .prop_recursive(3, 8, 3, |inner| {
            let one = inner.clone();
            prop_oneof![
                3 => (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a}) and ({b})")),
                3 => (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a}) or ({b})")),
                2 => one.prop_map(|a| format!("not ({a})")),
                1 => (inner.clone(), inner.clone(), inner).prop_map(|(a, b, c)| format!("(if ({a}) then ({b}) else ({c}))")),
            ]
        })
        .boxed()
}

// ---- logs -------------------------------------------------------------------------------------------------------------

fn event() -> BoxedStrategy<(u64, String)> {
    let gap = proptest::sample::select(vec![0u64, 0, 1, 5, 10, 1200, 3600, 6 * 3600, 86_400, 2 * 86_400]);
    let who = pick(&["m1", "m1", "m2"]);
    let or_not = |words: &'static [&'static str]| prop_oneof![Just(String::new()), pick(words)];
    let message = (
        0u8..4,
        or_not(&[", \"length\": 0", ", \"length\": 2", ", \"length\": 2.5"]),
        or_not(&[", \"text\": \"a\"", ", \"text\": \"b\"", ", \"text\": \"\""]),
        or_not(&[", \"flag\": true", ", \"flag\": false"]),
        or_not(&[", \"bot\": true"]),
        or_not(&[", \"reply_to\": \"a\""]),
    )
        .prop_map(|(links, length, text, flag, bot, reply)| {
            format!("\"message.posted\", \"links\": {links}{length}{text}{flag}{bot}{reply}")
        });
    let other = pick(&[
        "\"member.joined\"",
        "\"checkin.done\"",
        "\"reaction.added\"",
        "\"purchase.made\", \"amount\": 3",
        "\"purchase.made\", \"amount\": 0.5",
        "\"member.updated\", \"city\": \"x\"",
        "\"member.updated\", \"city\": \"y\", \"score\": 2",
        "\"role.granted\", \"role\": \"admin\"",
        "\"role.revoked\", \"role\": \"admin\"",
        "\"group.created\", \"group_kind\": \"lead\"",
        "\"member.left\"",
    ]);
    (gap, who, prop_oneof![3 => message, 2 => other])
        .prop_map(|(gap, who, rest)| (gap, format!("\"group\": \"g1\", \"member\": \"{who}\", \"kind\": {rest}")))
        .boxed()
}

fn lines(events: &[(u64, String)]) -> Vec<String> {
    let mut at = 1_767_600_000_000u64;
    let line = |(number, (gap, rest)): (usize, &(u64, String))| {
        at += gap * 1000;
        format!("{{\"id\": \"e{number}\", \"at\": {at}, {rest}}}")
    };
    events.iter().enumerate().map(line).collect()
}

// ---- the comparison -----------------------------------------------------------------------------------------------------

fn compiled(heads: &str, conditions: &[String], probe: &str) -> Program {
    let mut text = GROUND.to_owned();
    for (number, condition) in conditions.iter().enumerate() {
        text += &format!(
            "rule r{number} for member in group {{ {heads} when {condition} do task \"t\" for owner due 1d }}\n"
        );
    }
    text += &format!("rule probe for member in group {{ {heads} when {probe} do task \"t\" for owner due 1d }}\n");
    let mut sources = Sources::new();
    sources.add("a.sop", &text);
    let compiled = qun::compile_sources(sources, &Nothing);
    let plan = compiled.plan.unwrap_or_else(|| panic!("{text}\n{:#?}", compiled.diagnostics));
    Program::new(plan).unwrap()
}

fn condition_of(plan: &Plan, item: ItemId) -> Option<&Expr> {
    plan.handlers.iter().find(|handler| handler.item == item)?.when.as_ref()
}

/// Holds every condition against its regions whenever the probe does not act.
struct Judge<'p> {
    plan: &'p Plan,
    probe: ItemId,
    solver: Solver<'p>,
    /// Each condition with its four regions.
    regions: Vec<(&'p Expr, Vec<Region>)>,
    /// Which conditions exclude each other.
    apart: Vec<(usize, usize)>,
    looked: Counter<usize>,
    wrong: RefCell<Vec<String>>,
}

impl<'p> Judge<'p> {
    fn new(plan: &'p Plan, scene: Scene) -> Judge<'p> {
        let named = |name: &str| plan.items.iter().position(|item| plan.names[item.name.index()] == name);
        let probe = ItemId(named("probe").unwrap() as u32);
        let mut solver = Solver::new(plan, scene);
        let mut regions = Vec::new();
        for number in 0.. {
            let Some(item) = named(&format!("r{number}")) else { break };
            // A condition that is only `true` leaves nothing to look at.
            let Some(condition) = condition_of(plan, ItemId(item as u32)) else { continue };
            let all: Result<Vec<_>, _> = Want::ALL.iter().map(|want| solver.region(condition, *want)).collect();
            regions.extend(all.ok().map(|all| (condition, all)));
        }
        let mut apart = Vec::new();
        for a in 0..regions.len() {
            for b in a.saturating_sub(NEIGHBOURS)..a {
                let truth = |n: usize| &regions[n].1[0];
                if solver.meet(truth(a), truth(b)).is_ok_and(|both| both.is_empty()) {
                    apart.push((a, b));
                }
            }
        }
        Judge { plan, probe, solver, regions, apart, looked: Counter::new(0), wrong: RefCell::default() }
    }

    fn value(&self, term: &Term, missed: &Tested<'_>) -> Value {
        match (&term.expr, term.sort) {
            (Expr::Compare { left, right, .. }, Sort::Order) => {
                let (left, right) = (missed.value(left), missed.value(right));
                if !left.is_known() || !right.is_known() {
                    return Value::Unknown;
                }
                let order = match (place(&left), place(&right)) {
                    (Some(a), Some(b)) => a.cmp(&b) as i64,
                    _ => i64::from(Symbol::of(self.plan, &left) != Symbol::of(self.plan, &right)),
                };
                Value::Number(Decimal::from(order))
            }
            (Expr::TimeOfDayBetween { value, .. }, Sort::Minute) => match missed.value(value) {
                Value::Time(at) => {
                    let local = self.plan.community.calendar.zone.local(at);
                    Value::Number(Decimal::from(local.hour() * 60 + local.minute()))
                }
                _ => Value::Unknown,
            },
            // What only `exists` asks for is not counted by the engine: one stands for any number of them.
            (Expr::Aggregate(count), _) if count.function == Function::Count => {
                let exists = Aggregate { function: Function::Exists, ..(**count).clone() };
                match missed.value(&Expr::Aggregate(Box::new(exists))) {
                    Value::Bool(true) => Value::Number(missed.value(&term.expr).decimal().unwrap().max(Decimal::ONE)),
                    Value::Bool(false) => Value::count(0),
                    _ => Value::Unknown,
                }
            }
            (expr, _) => missed.value(expr),
        }
    }

    fn has(&self, region: &Region, missed: &Tested<'_>) -> bool {
        let inside = |cube: &Cube| {
            cube.0
                .iter()
                .all(|(id, cell)| cell.has(self.plan, &self.value(self.solver.terms().get(*id).unwrap(), missed)))
        };
        region.0.iter().any(inside)
    }

    /// The situation itself as a box: nothing may speak against it.
    fn point(&self, missed: &Tested<'_>) -> Cube {
        let cell = |term: &Term| match self.value(term, missed) {
            Value::Unknown => Cell { unknown: true, known: Set::none() },
            Value::Tier(_, level) => exact(&Value::count(u64::from(level))),
            value => exact(&value),
        };
        let exact_only =
            |term: &Term| !matches!(self.value(term, missed), Value::Text(_) | Value::Name(_) | Value::Bool(_));
        let terms = self.solver.terms().iter().filter(|(_, term)| exact_only(term));
        Cube(terms.map(|(id, term)| (id, cell(term))).collect())
    }
}

fn exact(value: &Value) -> Cell {
    place(value).map_or_else(Cell::any, |at| Cell::known(Set::Line(qun::lint::solver::Line::closed(at, at))))
}

impl Watch for Judge<'_> {
    fn wants(&self, item: ItemId) -> bool {
        item == self.probe
    }

    fn missed(&self, missed: &Tested<'_>) {
        if missed.gate != Gate::When {
            return;
        }
        self.looked.set(self.looked.get() + 1);
        let mut wrong = self.wrong.borrow_mut();
        for (_, term) in self.solver.terms().iter() {
            let value = self.value(term, missed);
            if !term.domain.has(self.plan, &value) {
                wrong.push(format!("{} = {value:?} is not in {:?}", self.plan.expression(&term.expr), term.domain));
            }
        }
        if !self.solver.terms().is_possible(&self.point(missed)) {
            wrong.push(format!("what is so is called impossible: {:?}", self.point(missed)));
        }
        let mut truths = Vec::new();
        for (condition, regions) in &self.regions {
            let truth = match missed.value(condition) {
                Value::Bool(truth) => Some(truth),
                _ => None,
            };
            truths.push(truth);
            for (want, region) in Want::ALL.iter().zip(regions) {
                if self.has(region, missed) != want.is(truth) {
                    let shown = self.plan.expression(condition);
                    wrong.push(format!("{shown} is {truth:?}, {want:?} is {region:?}"));
                }
            }
        }
        for (a, b) in &self.apart {
            if truths[*a] == Some(true) && truths[*b] == Some(true) {
                wrong.push(format!("{a} and {b} are both true"));
            }
        }
    }
}

struct Deaf;

impl Sink for Deaf {
    fn output(&mut self, _moment: &Moment<'_>, _output: &Output) -> std::io::Result<()> {
        Ok(())
    }
}

/// Runs a log; says how often conditions were looked at.
fn held_against(program: &Program, scene: Scene, events: &[(u64, String)]) -> (usize, Vec<String>) {
    let judge = Judge::new(&program.plan, scene);
    let decoder = Decoder::new(&program.plan);
    let mut driver = Driver::new(program, Options::default()).with_watch(Some(&judge));
    for line in lines(events) {
        let Ok(Decoded::Event(event)) = decoder.decode(line.as_bytes()) else { panic!("{line}") };
        driver.event(&event.event(), &mut Deaf).unwrap();
    }
    driver.finish(&mut Deaf).unwrap();
    (judge.looked.get(), judge.wrong.into_inner())
}

fn kind(plan: &Plan, name: &str) -> qun::plan::ids::KindId {
    qun::lint::causes::kind_named(plan, name).unwrap()
}

/// How many playbooks each of the three properties is tried on, and how many random conditions each has at least: many
/// in one playbook cost little more than few.
const CASES: u32 = 70;
/// With how many others each condition is held together.
const NEIGHBOURS: usize = 3;
const AT_LEAST: usize = 48;
const CONDITIONS: std::ops::Range<usize> = AT_LEAST..AT_LEAST + 8;
const _: () = assert!(3 * CASES as usize * AT_LEAST >= 10_000);

proptest! {
    #![proptest_config(ProptestConfig { cases: CASES, max_shrink_iters: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn solver_and_engine_agree_at_an_event(
        conditions in proptest::collection::vec(condition(true), CONDITIONS),
        events in proptest::collection::vec(event(), 1..16),
    ) {
        let program = compiled("on message.posted", &conditions, "event.links > 1000");
        let scene = Scene { trigger: Trigger::Event(kind(&program.plan, "message.posted")), scope: Scope::Membership, each: false };
        let (_, wrong) = held_against(&program, scene, &events);
        prop_assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    #[test]
    fn solver_and_engine_agree_at_a_time(
        conditions in proptest::collection::vec(condition(false), CONDITIONS),
        events in proptest::collection::vec(event(), 1..16),
        schedule in pick(&["every 7h", "every day at 01:30, 12:15, 23:00", "every monday at 09:00, 20:30"]),
    ) {
        let program = compiled(&schedule, &conditions, "group.size > 1000");
        let zone = program.plan.community.calendar.zone;
        let clock = Clock::of(&program.plan.schedules[0].schedule, zone, &zone.gaps(Instant::from_ms(0), Instant::from_ms(0)));
        let scene = Scene { trigger: Trigger::Clock(clock), scope: Scope::Membership, each: false };
        let (_, wrong) = held_against(&program, scene, &events);
        prop_assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    #[test]
    fn solver_and_engine_agree_at_a_silence(
        conditions in proptest::collection::vec(condition(false), CONDITIONS),
        events in proptest::collection::vec(event(), 1..16),
    ) {
        let program = compiled("on no message.posted for 1h", &conditions, "group.size > 1000");
        let silent = qun::time::Duration::from_hours(1);
        let trigger = Trigger::Silence(kind(&program.plan, "message.posted"), silent);
        let (_, wrong) = held_against(&program, Scene { trigger, scope: Scope::Membership, each: false }, &events);
        prop_assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }
}

#[test]
fn conditions_are_looked_at() {
    let program = compiled("on message.posted", &["event.links > 0".to_owned()], "event.links > 1000");
    let trigger = Trigger::Event(kind(&program.plan, "message.posted"));
    let scene = Scene { trigger, scope: Scope::Membership, each: false };
    let posted = |links: u8| {
        let event = "\"group\": \"g1\", \"member\": \"m1\", \"kind\": \"message.posted\"";
        (1, format!("{event}, \"links\": {links}"))
    };
    assert_eq!(held_against(&program, scene, &[posted(0), posted(1)]), (2, Vec::new()));
}

/// Whether two conditions on a message exclude each other.
fn apart(one: &str, two: &str) -> bool {
    let program = compiled("on message.posted", &[one.to_owned(), two.to_owned()], "event.links > 1000");
    let trigger = Trigger::Event(kind(&program.plan, "message.posted"));
    Judge::new(&program.plan, Scene { trigger, scope: Scope::Membership, each: false }).apart == [(1, 0)]
}

#[test]
fn what_contradicts_is_seen() {
    for (one, two) in [
        ("event.links > 3", "event.links < 2"),
        ("count(message.posted, last 1h) > 3", "count(message.posted, last 1h) < 4"),
        ("count(message.posted, last 10s) >= 5", "count(message.posted, last 1h) < 5"),
        ("member has lurker", "not member has lurker"),
        ("now.hour >= 22", "now between 08:00 and 20:00"),
        ("event.text is \"a\"", "event.text is \"b\""),
        ("group is lead", "group in [welfare]"),
        ("member.level is gold", "member.level < silver"),
        ("exists(purchase.made)", "never(purchase.made)"),
        ("count(purchase.made, last 2d) > 0", "since(purchase.made) > 3d"),
        ("event.length > event.links", "event.links >= event.length"),
        ("event.links > event.images", "event.links < 2 and event.images > 4"),
        ("now.weekday in [saturday, sunday]", "now.weekday is monday"),
        ("(event.length else 0) > 3", "event.length < 2"),
        ("member.talk > 3", "count(message.posted, last 1h) < 2"),
        ("member in regular", "count(message.posted, last 1h) < 2 and not member has lurker"),
        ("never(message.posted)", "event.links > 0"),
    ] {
        assert!(apart(one, two), "{one} against {two}");
    }
}

#[test]
fn what_may_be_together_is_left_alone() {
    for (one, two) in [
        ("event.links > 3", "event.links > 2"),
        ("event.length > 3", "event.links < 2"),
        ("event.text contains \"a\"", "event.text contains \"b\""),
        ("count(message.posted, last 1h) >= 5", "count(message.posted, last 10s) < 5"),
        ("now between 22:00 and 06:00", "now.hour < 6"),
        ("member.city is not \"x\"", "member.city is not \"y\""),
        ("since(member.joined) > 1h", "since(purchase.made) < 1h"),
    ] {
        assert!(!apart(one, two), "{one} against {two}");
    }
}

/// A few schedules of every form.
fn schedules() -> Vec<Schedule> {
    let at = |times: &[(u16, u16)]| -> Vec<TimeOfDay> {
        times.iter().map(|(hour, minute)| TimeOfDay::new(*hour, *minute).unwrap()).collect()
    };
    let date = |month, day, hour, minute| {
        chrono::NaiveDate::from_ymd_opt(2011, month, day).unwrap().and_hms_opt(hour, minute, 0).unwrap()
    };
    let cron = |line: &str| Schedule::Cron(qun::time::CronLine::parse(line).unwrap());
    let minutes = |minutes| Schedule::Every(Duration::from_minutes(minutes));
    vec![
        Schedule::Days { days: DaySet::EVERY_DAY, times: at(&[(0, 0), (2, 30), (23, 59)]) },
        Schedule::Days { days: DaySet::NONE.with(Weekday::Sunday), times: at(&[(2, 15)]) },
        Schedule::Days { days: DaySet::NONE.with(Weekday::Friday), times: Vec::new() },
        Schedule::EveryDays { days: 3, times: at(&[(2, 1), (9, 0)]) },
        Schedule::Month { day: MonthDay::Last(Some(Weekday::Sunday)), times: at(&[(2, 30)]) },
        Schedule::Month { day: MonthDay::NthWeekday(2, Weekday::Sunday), times: at(&[(0, 30), (2, 0)]) },
        Schedule::Month { day: MonthDay::Nth(30), times: at(&[(12, 0)]) },
        minutes(7 * 60),
        minutes(36 * 60),
        minutes(45),
        minutes(1),
        Schedule::Every(Duration::from_ms(700)),
        cron("*/20 1-3 * * *"),
        cron("15 2 30 * 5"),
        Schedule::Dates(vec![date(12, 30, 9, 0), date(3, 13, 2, 30), date(7, 1, 23, 0)]),
    ]
}

/// What a condition would see of the clock is within what the solver says it can be: around every clock change of zones
/// that skip an hour by day or at midnight, half an hour, or a day.
#[test]
fn clocks_show_nothing_else_when_a_schedule_fires() {
    let years = |from, to| {
        let start = |year| Zone::UTC.day_start(chrono::NaiveDate::from_ymd_opt(year, 1, 1).unwrap());
        (start(from), start(to))
    };
    let names = [
        "Asia/Shanghai",
        "America/New_York",
        "Australia/Lord_Howe",
        "Pacific/Apia",
        "Africa/Cairo",
        "America/Sao_Paulo",
    ];
    let mut gaps_met = 0;
    for zone in names.map(|name| Zone::parse(name).unwrap()) {
        let (from, to) = years(2000, 2038);
        let gaps = zone.gaps(from, to);
        let calendar = qun::time::Calendar { zone, ..Default::default() };
        let days = gaps.iter().filter(|gap| gap.begins.date() != gap.ends.date());
        let some = gaps.iter().rev().step_by(6).chain(days).map(|gap| zone.instant(gap.begins));
        let around: Vec<_> = some.chain([years(2026, 2027).0]).collect();
        let known = schedules().into_iter().map(|schedule| (Clock::of(&schedule, zone, &gaps), schedule));
        for ((clock, schedule), at) in known.flat_map(|known| around.iter().map(move |at| (known.clone(), *at))) {
            let mut now = at - Duration::from_hours(26);
            for _ in 0..40 {
                let Some(next) = schedule.next(now, &calendar) else { break };
                now = next;
                let local = zone.local(now);
                let minute = Decimal::from(local.hour() * 60 + local.minute());
                let day: Weekday = chrono::Datelike::weekday(&local.date()).into();
                let shown = |line: &Option<Line>, at: Decimal| line.as_ref().is_none_or(|line| line.has(at));
                let days = |days: &BTreeSet<Symbol>| days.contains(&Symbol::Word(day.name().into()));
                assert!(shown(&clock.minutes, minute), "{zone} {schedule} {local}: {clock:?}");
                assert!(clock.days.as_ref().is_none_or(days), "{zone} {schedule} {local}: {clock:?}");
                assert!(shown(&clock.hours(), Decimal::from(local.hour())), "{zone} {schedule} {local}");
                assert!(shown(&clock.moments, Decimal::from(now.ms())), "{zone} {schedule} {local}");
                let date = zone.day_start(zone.date(now)).ms();
                assert!(shown(&clock.dates, Decimal::from(date)), "{zone} {schedule} {local}");
            }
        }
        gaps_met += gaps.len();
    }
    assert!(gaps_met > 100, "{gaps_met}");
}

/// The times are as few as they are, else nothing could be said of them.
#[test]
fn few_times_are_known_as_few() {
    let zone = Zone::parse("America/New_York").unwrap();
    let start = |year| Zone::UTC.day_start(chrono::NaiveDate::from_ymd_opt(year, 1, 1).unwrap());
    let gaps = zone.gaps(start(2000), start(2038));
    assert_eq!(gaps.len(), 38);
    let hours = |schedule: &Schedule| {
        let hours = Clock::of(schedule, zone, &gaps).hours();
        hours.map(|hours| (0..24u32).filter(|hour| hours.has(Decimal::from(*hour))).collect::<Vec<_>>())
    };
    let known: Vec<_> = schedules().iter().map(hours).collect();
    assert_eq!(known[0], Some(vec![0, 2, 3, 23]));
    assert_eq!(known[1], Some(vec![2, 3]));
    assert_eq!(known[7], Some(vec![0, 7, 14, 21]));
    assert_eq!(known[8], Some(vec![0, 12]));
    assert_eq!(known[11], None);
    assert_eq!(known[12], Some(vec![1, 2, 3]));
}
