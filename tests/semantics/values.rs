//! Three values, units, texts, populations, `to MEMBER`, roles and fields.

use crate::world::World;

const WORDS: &str = "kind welfare, vip
  role admin, kol
  tag x, y
  points p
  field city: text for member
  field level: number for member in group
  field theme: text for group
  tiers t for member { tier low  tier mid when count(checkin.done) >= 1  tier high when count(checkin.done) >= 2 }
  event probe for member in group { a: number?, b: number?, c: bool?, d: bool?, s: text?, cost: money?, span: duration?,
    due: time?, who: member?, n: number = 7 }\n";

/// Whether a condition is true, false or unknown for a probe with these fields.
fn truth(condition: &str, fields: &str) -> String {
    truth_after("", condition, fields)
}

fn truth_after(log: &str, condition: &str, fields: &str) -> String {
    let items = format!(
        "{WORDS} rule r for member in group {{ on probe when {condition} do dm \"true\" otherwise do dm \"false\" }}"
    );
    let run = World::new(&items).log(log).log(&format!("03-04 08:00:00 probe g m {fields}")).run();
    run.texts().first().cloned().unwrap_or_else(|| "unknown".to_owned())
}

/// What a text says for a probe with these fields; the reason where it says nothing.
fn said(text: &str, fields: &str) -> String {
    let items = format!("{WORDS} rule r for member in group {{ on probe do dm \"{text}\" }}");
    let run = World::new(&items).log(&format!("03-04 08:00:00 probe g m {fields}")).run();
    let reason =
        || run.brief().first().and_then(|line| line.split(" dm ").nth(1).map(str::to_owned)).unwrap_or_default();
    run.texts().first().cloned().unwrap_or_else(reason)
}

fn three(symbol: char) -> &'static str {
    match symbol {
        't' => "true",
        'f' => "false",
        _ => "unknown",
    }
}

fn fields(c: char, d: char) -> String {
    let one = |name: &str, symbol: char| match symbol {
        'u' => String::new(),
        _ => format!("{name}={} ", three(symbol)),
    };
    one("c", c) + &one("d", d)
}

#[test]
fn and_or_not_follow_kleene() {
    let table = [
        ('t', 't', 't', 't'),
        ('t', 'f', 'f', 't'),
        ('t', 'u', 'u', 't'),
        ('f', 'f', 'f', 'f'),
        ('f', 'u', 'f', 'u'),
        ('u', 'u', 'u', 'u'),
    ];
    for (a, b, and, or) in table {
        for (c, d) in [(a, b), (b, a)] {
            assert_eq!(truth("event.c and event.d", &fields(c, d)), three(and), "{c} and {d}");
            assert_eq!(truth("event.c or event.d", &fields(c, d)), three(or), "{c} or {d}");
        }
    }
    for (c, not) in [('t', 'f'), ('f', 't'), ('u', 'u')] {
        assert_eq!(truth("not event.c", &fields(c, 'u')), three(not));
    }
}

#[test]
fn what_is_computed_from_something_missing_is_unknown() {
    for condition in [
        "event.a > 1",
        "event.a != 1",
        "event.a + 1 > event.a",
        "event.a == event.a",
        "event.a * 0 == 0",
        "event.a between 1 and 2",
        "event.a in [1, 2]",
        "event.s contains \"x\"",
        "event.s matches /x/",
        "event.s is \"x\"",
        "event.cost > ¥1",
        "event.span > 1h",
        "event.due > now",
        "1 in [event.a]",
    ] {
        assert_eq!(truth(condition, ""), "unknown", "{condition}");
        assert_eq!(truth(&format!("not ({condition})"), ""), "unknown", "not {condition}");
    }
}

#[test]
fn a_field_with_a_default_is_never_missing() {
    assert_eq!(said("{event.n}", ""), "7");
    assert_eq!(said("{event.n}", "n=3"), "3");
}

#[test]
fn else_stands_in_for_what_is_missing() {
    assert_eq!(said("{event.a else 5}", ""), "5");
    assert_eq!(said("{event.a else 5}", "a=1"), "1");
    assert_eq!(said("{event.a else event.b else 9}", ""), "9");
    assert_eq!(said("{event.a else event.b else 9}", "b=2"), "2");
    assert_eq!(truth("event.c else true", ""), "true");
    assert_eq!(truth("event.c else true", "c=false"), "false");
}

#[test]
fn else_binds_tighter_than_comparisons_and_looser_than_plus() {
    assert_eq!(truth("event.a else 5 > 4", ""), "true");
    assert_eq!(said("{event.a else 5 + 1}", ""), "6");
    assert_eq!(said("{event.a + 1 else 5}", "a=1"), "2");
    assert_eq!(said("{event.a + 1 else 5}", ""), "5");
    assert_eq!(truth("event.a else 3 == 3 and event.c else true", ""), "true");
}

#[test]
fn a_choice_takes_its_branch_and_is_unknown_with_its_condition() {
    let choice = "(if event.a > 1 then 10 else 20) > 15";
    assert_eq!(truth(choice, "a=2"), "false");
    assert_eq!(truth(choice, "a=1"), "true");
    assert_eq!(truth(choice, ""), "unknown");
    assert_eq!(truth("(if event.n > 1 then event.a else 20) > 15", ""), "unknown");
    assert_eq!(truth("(if event.n > 99 then event.a else 20) > 15", ""), "true");
}

#[test]
fn a_division_by_zero_is_missing() {
    assert_eq!(truth("event.n / event.a > 0", "a=0"), "unknown");
    assert_eq!(truth("event.n / event.a > 0", "a=2"), "true");
    assert_eq!(said("{event.n / event.b else 1}", "b=0"), "1");
    assert_eq!(truth("¥5 / event.b > ¥1", "b=0"), "unknown");
    assert_eq!(truth("¥5 / ¥0 > 1", ""), "unknown");
    assert_eq!(truth("1h / 0s > 1", ""), "unknown");
    assert_eq!(truth("0 / event.a == 0", "a=0"), "unknown");
}

#[test]
fn what_is_unknown_acts_in_neither_direction() {
    let items =
        format!("{WORDS} rule r for member in group {{ on probe when event.a > 1 do remove otherwise do warn \"w\" }}");
    assert!(World::new(&items).log("03-04 08:00:00 probe g m").run().brief().is_empty());
}

#[test]
fn numbers_are_exact() {
    assert_eq!(truth("0.1 + 0.2 == 0.3", ""), "true");
    assert_eq!(truth("1 / 4 == 25%", ""), "true");
    assert_eq!(truth("3% == 0.03", ""), "true");
    assert_eq!(truth("7 - 2 * 3 == 1", ""), "true");
    assert_eq!(truth("(7 - 2) * 3 == 15", ""), "true");
    assert_eq!(truth("-event.n + 8 == 1", ""), "true");
    assert_eq!(truth("10 - 3 - 2 == 5", ""), "true");
    assert_eq!(truth("100 / 10 / 2 == 5", ""), "true");
}

#[test]
fn money_has_its_arithmetic() {
    assert_eq!(truth("event.cost * 2 == ¥20", "cost=10"), "true");
    assert_eq!(truth("2 * event.cost == ¥20", "cost=10"), "true");
    assert_eq!(truth("event.cost / 4 == ¥2.50", "cost=10"), "true");
    assert_eq!(truth("event.cost / ¥4 == 2.5", "cost=10"), "true");
    assert_eq!(truth("event.cost * 20% == ¥2", "cost=10"), "true");
    assert_eq!(truth("event.cost + ¥1 - ¥0.10 == ¥10.90", "cost=10"), "true");
    assert_eq!(truth("event.cost == 199.90 CNY", "cost=199.90"), "true");
}

#[test]
fn durations_have_their_arithmetic() {
    assert_eq!(truth("1d12h == 36h and 1w == 7d and 90s == 1m30s", ""), "true");
    assert_eq!(truth("2 * event.span == 2h", "span=1h"), "true");
    assert_eq!(truth("event.span / 2 == 30m", "span=1h"), "true");
    assert_eq!(truth("event.span / 30m == 2", "span=1h"), "true");
    assert_eq!(truth("event.span - 15m + 1h == 1h45m", "span=1h"), "true");
}

#[test]
fn times_have_their_arithmetic() {
    assert_eq!(truth("event.due - now == 2h", "due=@03-04T10:00"), "true");
    assert_eq!(truth("now + 2h == event.due", "due=@03-04T10:00"), "true");
    assert_eq!(truth("event.due - 2h == event.at", "due=@03-04T10:00"), "true");
    assert_eq!(truth("now == 2024-03-04T08:00", ""), "true");
    assert_eq!(truth("now > 2024-03-04 and now < 2024-03-05", ""), "true");
    assert_eq!(truth("now.hour == 8 and now.weekday is monday and now.date == 2024-03-04", ""), "true");
}

#[test]
fn between_holds_both_ends_for_numbers() {
    for (a, within) in [("0.99", "false"), ("1", "true"), ("1.5", "true"), ("2", "true"), ("2.01", "false")] {
        assert_eq!(truth("event.a between 1 and 2", &format!("a={a}")), within, "{a}");
    }
    assert_eq!(truth("event.cost between ¥1 and ¥2", "cost=2"), "true");
    assert_eq!(truth("event.span between 1h and 2h", "span=2h"), "true");
    assert_eq!(truth("event.a between 2 and 1", "a=1.5"), "false");
}

#[test]
fn between_holds_only_the_first_end_for_times() {
    let between = "event.due between 2024-03-04T10:00 and 2024-03-04T12:00";
    assert_eq!(truth(between, "due=@03-04T09:59"), "false");
    assert_eq!(truth(between, "due=@03-04T10:00"), "true");
    assert_eq!(truth(between, "due=@03-04T11:59"), "true");
    assert_eq!(truth(between, "due=@03-04T12:00"), "false");
}

#[test]
fn a_time_of_day_may_lie_between_others_across_midnight() {
    assert_eq!(truth("now between 08:00 and 09:00", ""), "true");
    assert_eq!(truth("now between 07:00 and 08:00", ""), "false");
    assert_eq!(truth("now between 22:00 and 08:00", ""), "false");
    assert_eq!(truth("now between 22:00 and 08:01", ""), "true");
}

#[test]
fn half_known_between_may_be_false() {
    assert_eq!(truth("event.a between 1 and event.b", "a=0"), "false");
    assert_eq!(truth("event.a between 1 and event.b", "a=2"), "unknown");
}

#[test]
fn tiers_compare_by_their_order() {
    let once = "03-04 07:00:00 checkin.done g m";
    for (condition, wanted) in [
        ("member.t is mid", "true"),
        ("member.t is low", "false"),
        ("member.t >= mid", "true"),
        ("member.t > mid", "false"),
        ("member.t < high", "true"),
        ("member.t >= low", "true"),
        ("member.t != high", "true"),
    ] {
        assert_eq!(truth_after(once, condition, ""), wanted, "{condition}");
    }
    assert_eq!(truth("member.t is low", ""), "true");
}

#[test]
fn in_looks_into_lists() {
    assert_eq!(truth("event.a in [7, 21, 30]", "a=21"), "true");
    assert_eq!(truth("event.a in [7, 21, 30]", "a=22"), "false");
    assert_eq!(truth("event.s in [\"a\", \"b\"]", "s=b"), "true");
    assert_eq!(truth("not (event.a in [])", "a=1"), "true");
}

#[test]
fn contains_and_matches_look_into_texts() {
    assert_eq!(truth("event.s contains \"bc\"", "s=abcd"), "true");
    assert_eq!(truth("event.s contains \"BC\"", "s=abcd"), "false");
    assert_eq!(truth("event.s contains \"\"", "s=abcd"), "true");
    assert_eq!(truth("event.s matches /b.d/", "s=abcd"), "true");
    assert_eq!(truth("event.s matches /^b/", "s=abcd"), "false");
    assert_eq!(truth("event.s matches /^\\d+$/", "s=\"123\""), "true");
    assert_eq!(truth("event.s matches /加.?微信/", "s=请加我微信"), "true");
}

#[test]
fn texts_compare_exactly() {
    assert_eq!(truth("event.s is \"Ab\"", "s=ab"), "false");
    assert_eq!(truth("event.s == \"ab\"", "s=ab"), "true");
    assert_eq!(truth("event.s != \"ab\"", "s=ab"), "false");
}

#[test]
fn has_asks_for_a_tag_or_a_field() {
    assert_eq!(truth("member has city", ""), "false");
    assert_eq!(truth("member has x", ""), "false");
    assert_eq!(truth_after("03-04 07:00:00 member.updated - m city=bj", "member has city", ""), "true");
}

#[test]
fn a_field_never_set_is_missing() {
    assert_eq!(truth("member.city is \"bj\"", ""), "unknown");
    assert_eq!(truth("not (member.city is \"bj\")", ""), "unknown");
    assert_eq!(truth("group.theme is \"tea\"", ""), "unknown");
    assert_eq!(truth_after("03-04 07:00:00 member.updated - m city=bj", "member.city is \"bj\"", ""), "true");
}

#[test]
fn a_group_without_kind_is_neither() {
    assert_eq!(truth("group is welfare", ""), "unknown");
    assert_eq!(truth_after("03-04 07:00:00 group.created g - group_kind=vip", "group is welfare", ""), "false");
    assert_eq!(truth_after("03-04 07:00:00 group.created g - group_kind=vip", "group.kind is vip", ""), "true");
}

#[test]
fn fields_are_set_by_events_and_actions_and_belong_to_the_person() {
    let items = format!(
        "{WORDS} rule r for member in group {{ on probe when not (member has city) do set city = \"sh\" }}
         rule s for member in group {{ on checkin.done do dm \"{{member.city else \"-\"}}\" }}"
    );
    let run = World::new(&items).log(
        "03-04 08:00:00 probe g m
         03-04 09:00:00 checkin.done h m
         03-04 10:00:00 member.updated - m city=bj
         03-04 11:00:00 checkin.done g m
         03-04 11:30:00 member.updated - m
         03-04 12:00:00 checkin.done g m",
    );
    assert_eq!(run.run().texts(), ["sh", "bj", "bj"]);
}

#[test]
fn an_event_that_carries_a_declared_field_sets_it() {
    let items = "field city: text for member
      event survey.answered for member { city: text }
      rule r for member { on survey.answered do dm \"{member.city else \"-\"}\" }";
    assert_eq!(World::new(items).log("03-04 08:00:00 survey.answered - m city=bj").run().texts(), ["bj"]);
}

// ---- missing arguments ------------------------------------------------------------------------------------------

#[test]
fn an_action_with_an_unknown_argument_is_skipped() {
    let items = format!("{WORDS} rule r for member in group {{ on probe do award avg(probe.a) p }}");
    let run = World::new(&items).log("03-04 08:00:00 probe g m\n 03-04 09:00:00 probe g m a=4").run();
    assert_eq!(run.of("r"), ["03-04 08:00 g m award skipped (missing value)", "03-04 09:00 g m award done"]);
}

#[test]
fn a_skip_for_a_missing_value_stops_no_other_action() {
    let items = format!("{WORDS} rule r for member in group {{ on probe do {{ award event.a p  tag x }} }}");
    let run = World::new(&items).log("03-04 08:00:00 probe g m").run();
    assert_eq!(run.of("r"), ["03-04 08:00 g m award skipped (missing value)", "03-04 08:00 g m tag done"]);
}

// ---- texts --------------------------------------------------------------------------------------------------

#[test]
fn numbers_are_written_without_trailing_zeros() {
    assert_eq!(said("{3} {2.50} {0.25} {-1} {100} {1000000}", ""), "3 2.5 0.25 -1 100 1000000");
    assert_eq!(said("{10 / 4} {6 / 2}", ""), "2.5 3");
}

#[test]
fn money_is_written_as_in_the_language() {
    assert_eq!(said("{¥5} {¥199.90} {¥0.5} {¥2000}", ""), "¥5 ¥199.90 ¥0.50 ¥2000");
    assert_eq!(said("{event.cost else ¥0}", "cost=12.3"), "¥12.30");
}

#[test]
fn durations_are_written_as_in_the_language() {
    assert_eq!(said("{36h} {90s} {2h} {0s} {3d}", ""), "1d12h 1m30s 2h 0s 3d");
}

#[test]
fn percents_and_names_are_written_as_in_the_language() {
    assert_eq!(said("{20%} {2.5%}", ""), "20% 2.5%");
    assert_eq!(said("{member.t}", ""), "low");
    assert_eq!(said("{{{event.n}}", ""), "{7}");
}

#[test]
fn lists_are_written_with_an_ideographic_comma() {
    let items = "rule r for group { on checkin.done do post \"{list(message.posted.member)}\" }";
    let run = World::new(items).log(
        "03-04 08:00:00 message.posted g b
         03-04 08:01:00 message.posted g a
         03-04 08:02:00 message.posted g b
         03-04 08:03:00 checkin.done g a",
    );
    assert_eq!(run.run().texts(), ["b、a"]);
}

#[test]
fn names_are_those_of_the_card_then_of_the_person_then_the_id() {
    let items =
        "rule r for member in group { on checkin.done do dm \"{member.name} {member.id} {group.name} {group.id}\" }";
    let run = World::new(items).log(
        "03-04 08:00:00 group.created g - group_kind=\"\" name=Tea
         03-04 08:00:00 checkin.done g m
         03-04 08:00:00 member.renamed g m name=Ann
         03-04 08:00:00 checkin.done g m
         03-04 08:00:00 checkin.done h k",
    );
    assert_eq!(run.run().texts(), ["m m Tea g", "Ann m Tea g", "k k h h"]);
}

// ---- populations ------------------------------------------------------------------------------------------------

const CROWD: &str = "03-04 07:00:00 member.joined g a
  03-04 07:00:00 member.joined g b
  03-04 07:00:00 member.joined h b
  03-04 07:00:00 member.joined h c
  03-04 07:00:00 member.joined g gone
  03-04 07:30:00 member.left g gone
  03-04 07:40:00 survey.answered - nowhere";

fn crowd(scope: &str, expression: &str) -> Vec<String> {
    let items = format!(
        "{WORDS} action say(text: text)
         rule set_it for member in group {{ on member.joined do {{ set level = 1  award 2 p }} }}
         rule r for {scope} {{ every day at 08:00 do say(\"{{{expression}}}\") }}"
    );
    World::new(&items).log(CROWD).until("03-04 08:00").run().texts()
}

#[test]
fn members_are_the_living_memberships_of_the_group() {
    assert_eq!(crowd("group", "count(members)"), ["2", "2"]);
    assert_eq!(crowd("group", "count(members where member.id is \"b\")"), ["1", "1"]);
    assert_eq!(crowd("member in group", "count(members)"), ["2", "2", "2", "2"]);
    assert_eq!(crowd("group", "list(members.id)"), ["a、b", "b、c"]);
}

#[test]
fn members_of_the_community_are_its_persons_each_once() {
    let persons = crowd("community", "list(members.id)");
    assert!(persons[0].starts_with("a、b、c"), "{persons:?}");
    assert_eq!(crowd("community", "sum(members.p)").len(), 1);
}

#[test]
fn groups_are_those_not_closed() {
    assert_eq!(crowd("community", "count(groups)"), ["2"]);
    assert_eq!(crowd("community", "list(groups.id)"), ["g、h"]);
    assert_eq!(crowd("community", "sum(groups.size)"), ["4"]);
    assert_eq!(crowd("community", "max(groups.size) else 0"), ["2"]);
    let items = "action say(text: text)  rule r for community { every day at 08:00 do say(\"{count(groups)}\") }";
    let run = World::new(items).log(CROWD).log("03-04 07:50:00 group.closed h -").until("03-04 08:00").run();
    assert_eq!(run.texts(), ["1"]);
}

#[test]
fn a_population_adds_up_what_is_known() {
    assert_eq!(crowd("group", "sum(members.p)"), ["6", "6"]);
    assert_eq!(crowd("group", "sum(members.level)"), ["2", "2"]);
}

#[test]
fn an_average_of_nobody_is_missing() {
    assert_eq!(crowd("group", "avg(members.p where member has x) else -1"), ["-1", "-1"]);
    assert_eq!(crowd("group", "sum(members.p where member has x)"), ["0", "0"]);
}

// ---- roles ------------------------------------------------------------------------------------------------------

#[test]
fn a_role_is_held_in_a_group_or_everywhere() {
    let items = "role admin
      rule r for member in group { on checkin.done when member is admin do dm \"{group.id}\" }";
    let in_group = "03-04 08:00:00 role.granted g m role=admin
      03-04 08:00:00 checkin.done g m
      03-04 08:00:00 checkin.done h m";
    assert_eq!(World::new(items).log(in_group).run().texts(), ["g"]);
    let everywhere = in_group.replace("role.granted g", "role.granted -");
    assert_eq!(World::new(items).log(&everywhere).run().texts(), ["g", "h"]);
    let revoked = "03-04 08:00:00 role.granted g m role=admin
      03-04 08:00:00 role.revoked g m role=admin
      03-04 08:00:00 checkin.done g m";
    assert!(World::new(items).log(revoked).run().texts().is_empty());
}

#[test]
fn a_role_in_the_group_is_revoked_there_alone() {
    let items = "role admin
      rule r for member in group { on checkin.done when member is admin do dm \"{group.id}\" }";
    let log = "03-04 08:00:00 role.granted - m role=admin
      03-04 08:00:00 role.granted g m role=admin
      03-04 08:00:00 role.revoked g m role=admin
      03-04 08:00:00 checkin.done g m";
    assert_eq!(World::new(items).log(log).run().texts(), ["g"]);
}

#[test]
fn not_being_admin_is_known() {
    assert_eq!(truth("member is admin", ""), "false");
    assert_eq!(truth("not member is admin", ""), "true");
}

// ---- to a member --------------------------------------------------------------------------------------------------

fn to(action: &str, fields: &str) -> Vec<String> {
    let items = format!(
        "{WORDS} ladder l for member in group {{ at 9 do warn \"w\" }}
         rule r for member in group {{ on probe do {action} to event.who }}"
    );
    let log = "03-04 07:00:00 member.joined g friend\n 03-04 07:00:00 member.joined h stranger";
    World::new(&items).log(log).log(&format!("03-04 08:00:00 probe g m {fields}")).run().of("r")
}

#[test]
fn an_action_to_a_member_is_carried_out_on_that_member() {
    assert_eq!(to("mute 1h", "who=friend"), ["03-04 08:00 g friend mute done"]);
    assert_eq!(to("strike l", "who=friend"), ["03-04 08:00 g friend strike done"]);
    assert_eq!(to("dm \"x\"", "who=friend"), ["03-04 08:00 g friend dm done"]);
    assert_eq!(to("tag x", "who=friend").len(), 1);
}

#[test]
fn an_action_to_nobody_is_skipped() {
    let lines = to("mute 1h", "");
    assert!(lines[0].ends_with("mute skipped (nobody)"), "{lines:?}");
    let lines = to("tag x", "");
    assert!(lines[0].ends_with("tag skipped (nobody)"), "{lines:?}");
}

#[test]
fn an_action_to_someone_outside_the_group_is_skipped() {
    for action in ["mute 1h", "strike l", "remove", "warn \"w\""] {
        for who in ["stranger", "unheard_of"] {
            let lines = to(action, &format!("who={who}"));
            assert!(lines[0].ends_with("skipped (not a member)"), "{lines:?}");
        }
    }
}

#[test]
fn a_strike_to_a_member_counts_for_that_member() {
    let items = format!(
        "{WORDS} ladder l for member in group {{ at 2 do mute 1d }}
         rule r for member in group {{ on probe do strike l to event.who }}"
    );
    let run = World::new(&items).log(
        "03-04 07:00:00 member.joined g friend
         03-04 08:00:00 probe g a who=friend
         03-04 09:00:00 probe g b who=friend",
    );
    assert_eq!(run.run().of("l"), ["03-04 09:00 g friend mute done"]);
}

// ---- constants, named values, segments ------------------------------------------------------------------------------

#[test]
fn constants_and_named_values_stand_for_their_expression() {
    let items = "let limit_of = 2 + 1
      let posts for member in group = count(message.posted)
      let crowd for group = group.size * 2
      rule r for member in group { on message.posted when member.posts >= limit_of do dm \"{member.posts} {group.crowd}\" }";
    let post = "03-04 08:00:00 message.posted g m\n";
    assert_eq!(World::new(items).log(&post.repeat(3)).run().texts(), ["3 2"]);
}

#[test]
fn a_segment_is_tested_there_and_then() {
    let items = "segment busy for member in group when count(message.posted, last 1h) >= 2
      rule r for member in group { on checkin.done when member in busy do dm \"busy\" otherwise do dm \"idle\" }";
    let run = World::new(items).log(
        "03-04 08:00:00 message.posted g m
         03-04 08:30:00 message.posted g m
         03-04 08:59:59.999 checkin.done g m
         03-04 09:00:00 checkin.done g m",
    );
    assert_eq!(run.run().texts(), ["busy", "idle"]);
}

#[test]
fn an_unknown_segment_neither_holds_nor_fails() {
    let items = "field level: number for member
      segment top_ones for member when member.level > 3
      rule r for member { on survey.answered when member in top_ones do dm \"in\" otherwise do dm \"out\" }";
    assert!(World::new(items).log("03-04 08:00:00 survey.answered - m").run().texts().is_empty());
}

#[test]
fn a_ledger_is_zero_at_first_and_never_below() {
    let items = "points p
      rule r for member in group { on message.posted do redeem 1 p }
      rule s for member in group { on checkin.done when member.p == 0 do dm \"{member.p}\" }";
    let run = World::new(items).log("03-04 08:00:00 message.posted g m\n 03-04 08:00:00 checkin.done g m").run();
    assert_eq!(run.texts(), ["0"]);
    assert_eq!(run.of("r"), ["03-04 08:00 g m redeem skipped (balance too low)"]);
}

#[test]
fn seats_are_what_the_capacity_leaves() {
    let items = "rule r for group { on member.joined do post \"{group.seats else -1} {group.capacity else -1}\" }";
    let log = "03-04 08:00:00 group.created g - capacity=3 group_kind=\"\"\n 03-04 08:00:00 member.joined g a\n 03-04 08:00:00 member.joined g b\n 03-04 08:00:00 member.joined h a";
    assert_eq!(World::new(items).log(log).run().texts(), ["2 3", "1 3", "-1 -1"]);
}

#[test]
fn there_is_no_silent_conversion() {
    for condition in [
        "event.cost > 5",
        "event.span > 5",
        "event.cost + 1 > ¥5",
        "event.span + 1 > 1h",
        "event.cost > 5 USD",
        "event.s > 5",
        "event.cost * event.cost > ¥1",
        "event.a is \"x\"",
        "event.a and event.c",
        "event.due > 1h",
        "event.due + event.due > now",
        "event.a contains \"x\"",
        "event.a matches /x/",
        "event.cost == event.span",
        "event.a",
    ] {
        let items = format!("{WORDS} rule r for member in group {{ on probe when {condition} do dm \"x\" }}");
        assert!(!crate::world::errors(&items).is_empty(), "{condition}");
    }
}

#[test]
fn members_compare_as_members() {
    assert_eq!(truth("event.who is member", "who=m"), "true");
    assert_eq!(truth("event.who is member", "who=n"), "false");
    assert_eq!(truth("event.who is member", ""), "unknown");
}

#[test]
fn setting_a_field_from_itself_needs_a_beginning() {
    let items = format!(
        "{WORDS} rule r for member in group {{ on probe do set level = (member.level else 0) + 1 }}
      rule s for member in group {{ on checkin.done do dm \"{{member.level else -1}}\" }}"
    );
    let run = World::new(&items).log("03-04 08:00:00 probe g m\n 03-04 08:00:00 probe g m\n 03-04 08:00:00 checkin.done g m\n 03-04 08:00:00 checkin.done h m");
    assert_eq!(run.run().texts(), ["2", "-1"]);
}

#[test]
fn setting_what_is_already_so_changes_nothing() {
    let items = format!("{WORDS} rule r for member in group {{ on probe do set city = \"bj\" }}");
    let run = World::new(&items).log("03-04 08:00:00 probe g m\n 03-04 08:00:00 probe g m").run();
    assert_eq!(run.of("r"), ["03-04 08:00 g m set done", "03-04 08:00 g m set skipped (no change)"]);
}

#[test]
fn each_group_that_agrees_is_a_subject() {
    let items = "field city: text for group
      event weather.alert for community { city: text }
      rule r for each group where group.city is event.city { on weather.alert do post \"{group.id} {event.city}\" }";
    let run = World::new(items).log(
        "03-04 07:00:00 group.created z - city=bj group_kind=\"\"
         03-04 07:00:00 group.created b - city=sh group_kind=\"\"
         03-04 07:00:00 group.created a - city=bj group_kind=\"\"
         03-04 07:00:00 message.posted c m
         03-04 07:00:00 group.created d - city=bj group_kind=\"\"
         03-04 07:30:00 group.closed d -
         03-04 08:00:00 weather.alert - - city=bj",
    );
    assert_eq!(run.run().texts(), ["a bj", "z bj"]);
}

#[test]
fn each_membership_that_agrees_is_a_subject() {
    let items = "rule r for each member in group { on survey.answered do dm \"{group.id}\" }";
    let run = World::new(items).log(
        "03-04 07:00:00 member.joined h m
         03-04 07:00:00 member.joined g m
         03-04 07:00:00 member.joined k m
         03-04 07:00:00 member.joined g n
         03-04 07:30:00 member.left k m
         03-04 08:00:00 survey.answered - m",
    );
    assert_eq!(run.run().texts(), ["g", "h"]);
}

#[test]
fn a_subject_may_be_narrowed() {
    let items = "kind welfare, vip
      rule r for member in group where group is welfare { on message.posted do dm \"{group.id}\" }";
    let run = World::new(items).log(
        "03-04 07:00:00 group.created g - group_kind=welfare
         03-04 07:00:00 group.created h - group_kind=vip
         03-04 08:00:00 message.posted g m
         03-04 08:00:00 message.posted h m
         03-04 08:00:00 message.posted unknown m",
    );
    assert_eq!(run.run().texts(), ["g"]);
}

#[test]
fn tags_and_points_are_the_persons_over_all_groups() {
    let items = "tag x
      points p
      rule r for member in group { on message.posted do { tag x  award 3 p } }
      rule s for member in group { on checkin.done when member has x do dm \"{member.p}\" }";
    let run = World::new(items).log("03-04 08:00:00 message.posted g m\n 03-04 09:00:00 checkin.done h m").run();
    assert_eq!(run.texts(), ["3"]);
}

#[test]
fn messages_see_their_scope_and_parameters() {
    let items = "message hello(word: text, n: number) for member in group \"{word} {n} {member.name} {group.name}\"
      rule r for member in group { on message.posted do dm hello(event.text else \"-\", event.links + 1) }";
    assert_eq!(World::new(items).log("03-04 08:00:00 message.posted g m links=2 text=hi").run().texts(), ["hi 3 m g"]);
}

#[test]
fn regular_expressions_may_have_names() {
    let items = "let ads = /加微信|http/
      rule r for member in group { on message.posted when event.text matches ads do delete message }";
    let run = World::new(items)
        .log("03-04 08:00:00 message.posted g m text=加微信 \n 03-04 08:00:00 message.posted g m text=你好");
    assert_eq!(run.run().brief().len(), 1);
}

#[test]
fn dates_hours_and_weekdays_are_written_plainly() {
    assert_eq!(said("{now.date} {now.hour} {now.weekday} {now}", ""), "2024-03-04 8 monday 2024-03-04 08:00");
}

#[test]
fn other_currencies_are_written_with_their_code() {
    let items = "community { timezone \"Europe/Berlin\" currency EUR }
      rule r for member in group { on purchase.made do dm \"{event.amount} {event.amount * 2}\" }";
    assert_eq!(World::new(items).log("03-04 08:00:00 purchase.made g m amount=9.5").run().texts(), ["9.50 EUR 19 EUR"]);
}

#[test]
fn a_playbook_in_chinese_means_the_same() {
    let items = "标签 活跃
      规则 刷屏 针对 成员 在 群 {
        当 message.posted
        若 数量(message.posted，近10秒) ≥ 3 且 非 (成员 有 活跃)
        则 ｛ 打标签 活跃；禁言1天 ｝
        一次 每隔1小时
      }";
    let post = "03-04 08:00:00 message.posted g m\n";
    let run = World::new(items).log(&post.repeat(4)).run();
    assert_eq!(run.brief(), ["03-04 08:00 g m 刷屏 tag done", "03-04 08:00 g m 刷屏 mute done"]);
}

#[test]
fn large_amounts_stay_exact() {
    assert_eq!(said("{event.cost * 3 else ¥0}", "cost=33333333333.33"), "¥99999999999.99");
    assert_eq!(truth("event.a * 3 == 299999999999997", "a=99999999999999"), "true");
}

#[test]
fn a_third_of_three_is_one() {
    assert_eq!(said("{10 / 3}", ""), "3.3333");
    assert_eq!(truth("event.a / 3 * 3 > 0.999", "a=1"), "true");
}

#[test]
fn a_role_of_one_who_is_no_member_of_the_group_is_that_of_the_person() {
    assert_eq!(
        truth_after("03-04 07:00:00 role.granted - m role=kol", "member is kol and not (member is admin)", ""),
        "true"
    );
}

#[test]
fn an_expression_of_several_ands_and_ors_binds_as_usual() {
    assert_eq!(truth("true or false and false", ""), "true");
    assert_eq!(truth("not false and false", ""), "false");
    assert_eq!(truth("not (false and false)", ""), "true");
    assert_eq!(truth("not event.n > 5 or event.n == 7", ""), "true");
}

#[test]
fn every_action_with_an_unknown_argument_is_skipped() {
    for action in [
        "dm \"{event.s}\"",
        "post \"{event.s}\"",
        "warn \"{event.s}\"",
        "coupon(event.s)",
        "task \"{event.s}\" for admin due 1h",
        "task \"t\" for admin due at event.due",
        "mute (event.span)",
        "ban (event.span)",
        "set city = event.s",
        "award event.a p",
        "redeem event.a p",
        "strike l (event.a)",
        "strike l because \"{event.s}\"",
        "emit pong { s: event.s }",
    ] {
        let items = format!(
            "{WORDS} action coupon(code: text)  event pong for member in group {{ s: text }}
             ladder l for member in group {{ at 1 do remove }}
             rule r for member in group {{ on probe do {action} }}"
        );
        let brief = World::new(&items).log("03-04 08:00:00 probe g m").run().brief();
        assert!(brief.len() == 1 && brief[0].ends_with("skipped (missing value)"), "{action}: {brief:?}");
    }
}

#[test]
fn a_sanction_with_an_unknown_argument_overrules_nothing() {
    let items = format!("{WORDS} rule r for member in group {{ on probe do {{ warn \"w\"  ban (event.span) }} }}");
    let run = World::new(&items).log("03-04 08:00:00 probe g m").run();
    assert!(run.of("r").contains(&"03-04 08:00 g m warn done".to_owned()), "{:?}", run.brief());
}

#[test]
fn an_unknown_condition_counts_nobody_in() {
    let items = format!(
        "{WORDS} rule a for member in group {{ on checkin.done do set level = 3 }}
         rule r for group {{ every day at 09:00
           do post \"{{count(members where member.level > 1)}} {{count(members where not (member.level > 1))}} {{count(members)}}\" }}"
    );
    let run = World::new(&items)
        .log("03-04 08:00:00 checkin.done g m\n 03-04 08:00:00 message.posted g n")
        .until("03-04 09:00");
    assert_eq!(run.run().texts(), ["1 0 2"]);
}

#[test]
fn for_a_person_members_are_the_communitys_persons() {
    let items = "rule r for member { on survey.answered do dm \"{count(members)} {count(groups)}\" }";
    let run = World::new(items).log(
        "03-04 07:00:00 member.joined g a
         03-04 07:00:00 member.joined h a
         03-04 07:00:00 member.joined h b
         03-04 08:00:00 survey.answered - a",
    );
    assert_eq!(run.run().texts(), ["2 2"]);
}

#[test]
fn one_who_leaves_is_told_of_leaving() {
    let items = "rule r for member in group { on member.left when count(message.posted) == 1 do dm \"bye\" }";
    let run = World::new(items).log("03-04 08:00:00 message.posted g m\n 03-04 09:00:00 member.left g m").run();
    assert_eq!(run.texts(), ["bye"]);
}

#[test]
fn a_member_who_left_is_no_subject_of_schedules() {
    let items = "rule r for member in group { every day at 09:00 do dm \"{member.id} {group.id}\" }";
    let run = World::new(items)
        .log("03-04 08:00:00 message.posted g m\n 03-04 08:00:00 message.posted h m\n 03-04 08:30:00 member.left g m")
        .until("03-04 09:00");
    assert_eq!(run.run().texts(), ["m h"]);
}

#[test]
fn a_tier_may_stand_in_a_list_and_a_kind_too() {
    assert_eq!(truth("member.t in [low, high]", ""), "true");
    assert_eq!(truth("member.t in [mid, high]", ""), "false");
    let kind = "03-04 07:00:00 group.created g - group_kind=vip";
    assert_eq!(truth_after(kind, "group.kind in [welfare, vip]", ""), "true");
}

#[test]
fn an_else_stands_for_a_division_by_zero_inside_a_comparison() {
    assert_eq!(truth("event.a / event.b else 0 < 1", "a=1 b=0"), "true");
    assert_eq!(truth("(event.a / event.b else 9) < 1", "a=1 b=0"), "false");
}

#[test]
fn wide_signs_mean_the_same() {
    assert_eq!(truth("（event.a ＞ 1） and event.b ≤ 2 and event.n ≥ 7 and event.n ＝＝ 7", "a=2 b=2"), "true");
    assert_eq!(truth("event.cost == ￥5 and event.a == 50％", "cost=5 a=0.5"), "true");
}

#[test]
fn those_seen_a_moment_ago_are_counted_at_every_event() {
    let items = "rule r for member { on survey.answered do dm \"{list(members.id)} {list(groups.id)}\" }";
    let run = World::new(items).log(
        "03-04 07:00:00 message.posted h b
         03-04 07:00:01 survey.answered - b
         03-04 07:00:02 message.posted g a
         03-04 07:00:03 survey.answered - a
         03-04 07:00:04 group.closed h -
         03-04 07:00:05 survey.answered - a",
    );
    assert_eq!(run.run().texts(), ["b h", "a、b g、h", "a g"]);
}

#[test]
fn who_left_a_group_holds_no_role_in_it_until_coming_back() {
    let items = r#"
        role admin
        tag boss
        rule r for member { on survey.answered  when member is admin  do dm "boss" }"#;
    let run = World::new(items).log(
        "03-04 08:00 member.joined g m
         03-04 08:00 role.granted g m role=admin
         03-04 09:00 survey.answered - m
         03-04 10:00 member.left g m
         03-04 11:00 survey.answered - m
         03-04 12:00 member.joined g m
         03-04 13:00 survey.answered - m",
    );
    assert_eq!(run.run().brief(), ["03-04 09:00 - m r dm done", "03-04 13:00 - m r dm done"]);
}

#[test]
fn a_text_that_cannot_be_said_gives_its_turn_to_the_next() {
    let items = r#"
        field city: text for member
        message hi for member in group "hello {member.city}" or "hello"
        rule r for member in group { on checkin.done  do dm hi }"#;
    let log = "03-04 08:00 checkin.done g m
               03-04 09:00 checkin.done g m";
    assert_eq!(World::new(items).log(log).run().texts(), ["hello", "hello"]);
}

#[test]
fn a_condition_on_rows_sees_their_member_beside_the_event_at_hand() {
    let items = "rule r for group { on member.joined
        when count(message.posted where member is event.inviter, last 1d) >= 2  do task \"thanks\" for owner due 1d }
        role owner";
    let log = "03-04 08:00 message.posted g a\n 03-04 08:01 message.posted g b\n 03-04 08:02 message.posted g a
        03-04 08:03 member.joined g c inviter=b\n 03-04 08:04 member.joined g d inviter=a";
    assert_eq!(World::new(items).log(log).run().times("r"), ["03-04 08:04"]);
}

#[test]
fn for_ever_is_no_time() {
    let rule = "role owner
      rule r for member in group { on message.posted  do task \"t\" for owner due (since(checkin.done)) }
      rule s for member in group { on message.posted  when now + since(checkin.done) > now  do dm \"x\" }";
    let run = World::new(rule).log("03-04 08:00 message.posted g m").run();
    assert_eq!(run.brief(), ["03-04 08:00 g m r task skipped (missing value)"]);
}

#[test]
fn since_is_a_time_also_where_another_item_sums_the_same_past() {
    let items = "event paid for member in group { amount: number }
      rule a for member in group { on checkin.done  when since(paid, today) <= 1h  do dm \"just now\" }
      rule b for member in group { on checkin.done  do dm \"{sum(paid.amount)}\" }";
    let log = "03-04 08:00 paid g m amount=5\n03-04 08:30 checkin.done g m\n03-05 08:30 checkin.done g m";
    assert_eq!(World::new(items).log(log).run().texts(), ["just now", "5", "5"]);
}

#[test]
fn what_is_defined_of_a_person_does_not_see_the_card_in_the_group() {
    let items = "let is_tea for member = member.name contains \"tea\"
      segment tea for member when member.name contains \"tea\"
      rule r for member in group { on checkin.done
        do dm \"{if member.is_tea then 1 else 0}{if member in tea then 1 else 0}{if member.name contains \"tea\" then 1 else 0}\" }";
    let log = "03-04 08:00 member.joined g m name=tea\n03-04 08:01 checkin.done g m";
    assert_eq!(World::new(items).log(log).run().texts(), ["001"]);
}

#[test]
fn a_missing_value_in_an_emitted_event_counts_as_its_default() {
    let items = "event ping for member in group { n: number = 3, m: number? }
      field score: number for member
      rule r for member in group { on checkin.done  do emit ping { n: member.score, m: member.score } }
      rule s for member in group { on ping  do dm \"{event.n}\" }";
    assert_eq!(World::new(items).log("03-04 08:00 checkin.done g m").run().texts(), ["3"]);
}

#[test]
fn a_level_in_a_log_is_known() {
    let items = "event quiz for member in group { level: tier }
      tiers t for member { tier low  tier high when exists(survey.answered) }
      rule r for member in group { on quiz  when event.level is high  do dm \"x\" }";
    let log = "03-04 08:00 quiz g m level=low\n03-04 08:01 quiz g m level=high\n03-04 08:02 quiz g m level=other";
    assert_eq!(World::new(items).log(log).run().times("r"), ["03-04 08:01"]);
}

#[test]
fn who_decides_is_no_person_of_the_community_by_that() {
    let items = "rule r for community { every day at 12:00  do say(\"{list(members.id)}\") }\n action say(t: text)";
    let log = "03-04 08:00 message.posted g m\n03-04 09:00 task.done g boss name=x\n03-04 13:00 message.posted g m";
    assert_eq!(World::new(items).log(log).run().full("r"), ["say t=m"]);
}

#[test]
fn an_owner_who_left_holds_no_role_in_the_group() {
    let items = "role owner
      kind welfare
      rule r for member in group { on member.left  when member is owner  do task \"x\" for owner due 1d }
      rule s for member in group { on checkin.done  when member is owner  do dm \"x\" }";
    let log = "03-04 08:00 group.created g - group_kind=welfare owner=m\n03-04 08:01 checkin.done g m\n03-04 08:02 member.left g m";
    assert_eq!(World::new(items).log(log).run().brief(), ["03-04 08:01 g m s dm done"]);
}
