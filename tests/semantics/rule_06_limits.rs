//! Rule 6, limits: tested in the order of declaration when an action is about to happen, counting what really happened.

use crate::world::{Run, World};

/// Posts at every message of a log, under the limits.
fn posts(limits: &str, log: &str) -> Run {
    let items = format!("{limits}\nrule r for group {{ on message.posted do post \"x\" }}");
    World::new(&items).log(log).until("03-20 00:00").run()
}

/// A message to the member at every check-in, under the limits.
fn dms(limits: &str, log: &str) -> Run {
    let items = format!("{limits}\nrule r for member in group {{ on checkin.done do dm \"x\" }}");
    World::new(&items).log(log).until("03-20 00:00").run()
}

#[test]
fn an_action_over_the_limit_is_skipped_with_its_name() {
    let run = posts(
        "limit two for group { on post at most 2 per 1h else skip }",
        "03-04 08:00:00 message.posted g m
         03-04 08:01:00 message.posted g m
         03-04 08:02:00 message.posted g m",
    );
    assert_eq!(
        run.brief(),
        ["03-04 08:00 g - r post done", "03-04 08:01 g - r post done", "03-04 08:02 g - r post skipped (limit two)"]
    );
}

#[test]
fn what_was_skipped_does_not_count() {
    let run = posts(
        "limit one for group { on post at most 1 per 10m else skip }",
        "03-04 08:00:00 message.posted g m
         03-04 08:09:00 message.posted g m
         03-04 08:11:00 message.posted g m",
    );
    assert_eq!(run.times("r"), ["03-04 08:00", "03-04 08:11"]);
}

#[test]
fn a_trailing_window_is_free_again_exactly_after_its_length() {
    let run = posts(
        "limit one for group { on post at most 1 per 24h else skip }",
        "03-04 23:00:00 message.posted g m
         03-05 00:00:00 message.posted g m
         03-05 22:59:59.999 message.posted g m
         03-05 23:00:00 message.posted g m",
    );
    assert_eq!(run.times("r"), ["03-04 23:00", "03-05 23:00"]);
}

#[test]
fn per_day_is_the_local_day() {
    let run = posts(
        "limit one for group { on post at most 1 per day else skip }",
        "03-04 08:00:00 message.posted g m
         03-04 23:59:59.999 message.posted g m
         03-05 00:00:00 message.posted g m
         03-05 07:00:00 message.posted g m",
    );
    assert_eq!(run.times("r"), ["03-04 08:00", "03-05 00:00"]);
}

#[test]
fn per_week_is_the_local_week() {
    let run = posts(
        "limit one for group { on post at most 1 per week else skip }",
        "03-09 08:00:00 message.posted g m
         03-10 23:59:59.999 message.posted g m
         03-11 00:00:00 message.posted g m
         03-12 00:00:00 message.posted g m",
    );
    assert_eq!(run.times("r"), ["03-09 08:00", "03-11 00:00"]);
}

#[test]
fn per_week_begins_where_the_community_says() {
    let run = posts(
        "community { timezone \"Asia/Shanghai\" currency CNY week starts sunday }
         limit one for group { on post at most 1 per week else skip }",
        "03-09 08:00:00 message.posted g m
         03-10 00:00:00 message.posted g m
         03-11 00:00:00 message.posted g m",
    );
    assert_eq!(run.times("r"), ["03-09 08:00", "03-10 00:00"]);
}

#[test]
fn per_month_is_the_local_month() {
    let run = posts(
        "limit one for group { on post at most 1 per month else skip }",
        "02-29 08:00:00 message.posted g m
         02-29 23:59:59.999 message.posted g m
         03-01 00:00:00 message.posted g m
         03-31 00:00:00 message.posted g m",
    );
    assert_eq!(run.times("r"), ["02-29 08:00", "03-01 00:00"]);
}

#[test]
fn the_first_limit_declared_gives_the_reason() {
    let both = |first: &str, second: &str| {
        posts(
            &format!(
                "limit {first} for group {{ on post at most 1 per 1h else skip }}
                 limit {second} for community {{ on post at most 1 per 1d else skip }}"
            ),
            "03-04 08:00:00 message.posted g m\n 03-04 08:01:00 message.posted g m",
        )
    };
    assert_eq!(both("a", "b").brief()[1], "03-04 08:01 g - r post skipped (limit a)");
    assert_eq!(both("b", "a").brief()[1], "03-04 08:01 g - r post skipped (limit b)");
}

#[test]
fn what_a_later_limit_stops_does_not_count_for_an_earlier_one() {
    let run = dms(
        "limit wide for community { on dm at most 2 per 1d else skip }
         limit narrow for member { on dm at most 1 per 1d else skip }",
        "03-04 08:00:00 checkin.done g m
         03-04 08:01:00 checkin.done g m
         03-04 08:02:00 checkin.done g n",
    );
    assert_eq!(
        run.brief(),
        ["03-04 08:00 g m r dm done", "03-04 08:01 g m r dm skipped (limit narrow)", "03-04 08:02 g n r dm done"]
    );
}

#[test]
fn a_limit_of_a_class_heeds_only_that_class() {
    let run = World::new(
        "class ad, engage
         limit ads for group { on post as ad at most 1 per 1d else skip }
         rule r for group { on message.posted do { post \"1\" as engage  post \"2\"  post \"3\" as ad  post \"4\" as ad  post \"5\" as engage } }",
    )
    .log("03-04 08:00:00 message.posted g m")
    .run();
    let skipped: Vec<_> =
        run.brief().iter().enumerate().filter(|(_, l)| l.contains("skipped")).map(|(i, _)| i).collect();
    assert_eq!(skipped, [3]);
}

#[test]
fn a_limit_for_a_group_counts_each_group_for_itself() {
    let log = "03-04 08:00:00 message.posted g m\n 03-04 08:01:00 message.posted h m";
    let group = posts("limit one for group { on post at most 1 per 1d else skip }", log);
    assert_eq!(group.times("r").len(), 2);
    let community = posts("limit one for community { on post at most 1 per 1d else skip }", log);
    assert_eq!(community.times("r").len(), 1);
}

#[test]
fn a_limit_for_a_member_counts_over_all_groups() {
    let log = "03-04 08:00:00 checkin.done g m\n 03-04 08:01:00 checkin.done h m\n 03-04 08:02:00 checkin.done g n";
    let member = dms("limit one for member { on dm at most 1 per 1d else skip }", log);
    assert_eq!(member.times("r"), ["03-04 08:00", "03-04 08:02"]);
    let membership = dms("limit one for member in group { on dm at most 1 per 1d else skip }", log);
    assert_eq!(membership.times("r").len(), 3);
}

#[test]
fn a_limit_may_be_narrowed_by_where() {
    let items = "kind welfare, vip
      limit one for group where group is welfare { on post at most 1 per 1d else skip }";
    let log = "03-04 07:00:00 group.created g - group_kind=welfare
         03-04 07:00:00 group.created h - group_kind=vip
         03-04 08:00:00 message.posted g m
         03-04 08:01:00 message.posted g m
         03-04 08:02:00 message.posted h m
         03-04 08:03:00 message.posted h m";
    assert_eq!(posts(items, log).times("r"), ["03-04 08:00", "03-04 08:02", "03-04 08:03"]);
}

#[test]
fn several_actions_share_a_limit() {
    let items = "limit purge for community { on remove, ban at most 2 per 1h else skip }
      rule r for member in group { on message.posted do remove }
      rule b for member in group { on checkin.done do ban }";
    let run = World::new(items).log(
        "03-04 08:00:00 message.posted g a
         03-04 08:01:00 checkin.done g b
         03-04 08:02:00 message.posted g c
         03-04 08:03:00 checkin.done g d",
    );
    assert_eq!(
        run.run().brief(),
        [
            "03-04 08:00 g a r remove done",
            "03-04 08:01 g b b ban done",
            "03-04 08:02 g c r remove skipped (limit purge)",
            "03-04 08:03 g d b ban skipped (limit purge)"
        ]
    );
}

#[test]
fn an_action_that_changed_nothing_does_not_count() {
    let items = "tag x, y
      limit one for member { on tag at most 2 per 1d else skip }
      rule r for member in group { on message.posted do { tag x  tag x  tag y } }";
    let run = World::new(items).log("03-04 08:00:00 message.posted g m").run();
    assert_eq!(
        run.of("r"),
        ["03-04 08:00 g m tag done", "03-04 08:00 g m tag skipped (no change)", "03-04 08:00 g m tag done"]
    );
}

#[test]
fn what_is_overruled_does_not_count() {
    let items = "limit one for community { on mute at most 1 per 1d else skip }
      rule r for member in group { on message.posted do mute 1h }
      rule s for member in group { on message.posted when event.links > 0 do remove }";
    let run =
        World::new(items).log("03-04 08:00:00 message.posted g a links=1\n 03-04 08:01:00 message.posted g b").run();
    assert_eq!(run.times("r"), ["03-04 08:01"]);
}

#[test]
fn actions_of_one_input_count_one_after_the_other() {
    let items = "limit one for group { on post at most 1 per 1d else skip }
      rule a for group { on message.posted do post \"a\" }
      rule b for group { on message.posted do post \"b\" }";
    let run = World::new(items).log("03-04 08:00:00 message.posted g m").run();
    assert_eq!(run.brief(), ["03-04 08:00 g - a post done", "03-04 08:00 g - b post skipped (limit one)"]);
}

#[test]
fn a_declared_action_may_be_limited() {
    let items = "action coupon(code: text)
      limit one for member { on coupon at most 1 per 1d else skip }
      rule r for member in group { on message.posted do { coupon(\"A\")  coupon(\"B\") } }";
    let run = World::new(items).log("03-04 08:00:00 message.posted g m").run();
    assert_eq!(run.of("r"), ["03-04 08:00 g m coupon done", "03-04 08:00 g m coupon skipped (limit one)"]);
}

#[test]
fn what_is_skipped_tells_of_nothing() {
    let items = "limit none for group { on post at most 0 per 1d else skip }
      rule r for group { on message.posted do post \"x\" }
      rule s for group { on content.posted do announce \"told\" }";
    let run = World::new(items).log("03-04 08:00:00 message.posted g m").run();
    assert_eq!(run.brief(), ["03-04 08:00 g - r post skipped (limit none)"]);
}

// ---- counting -----------------------------------------------------------------------------------------------

const PATIENCE: &str = "limit patience for member { on dm counting announce at most 2 per day else skip }
  rule a for group { on message.posted do announce \"all\" }
  rule r for member in group { on checkin.done do dm \"x\" }";

#[test]
fn what_is_counted_along_counts_for_each_member_it_reaches() {
    let run = World::new(PATIENCE).log(
        "03-04 07:00:00 member.joined g m
         03-04 07:00:00 member.joined g n
         03-04 08:00:00 message.posted g m
         03-04 09:00:00 checkin.done g n
         03-04 10:00:00 checkin.done g n
         03-04 11:00:00 checkin.done g m",
    );
    assert_eq!(
        run.run().of("r"),
        ["03-04 09:00 g n dm done", "03-04 10:00 g n dm skipped (limit patience)", "03-04 11:00 g m dm done"]
    );
}

#[test]
fn what_is_counted_along_does_not_count_for_those_it_does_not_reach() {
    let run = World::new(PATIENCE).log(
        "03-04 07:00:00 member.joined g m
         03-04 07:00:00 member.joined h other
         03-04 07:30:00 member.joined g gone
         03-04 07:40:00 member.left g gone
         03-04 08:00:00 message.posted g m
         03-04 08:00:01 message.posted g m
         03-04 08:30:00 member.joined g late
         03-04 09:00:00 checkin.done h other
         03-04 09:00:00 checkin.done g late
         03-04 09:00:00 member.joined g gone
         03-04 09:00:00 checkin.done g gone
         03-04 09:00:00 checkin.done g m",
    );
    let lines = run.run().of("r");
    assert_eq!(
        lines,
        [
            "03-04 09:00 h other dm done",
            "03-04 09:00 g late dm done",
            "03-04 09:00 g gone dm done",
            "03-04 09:00 g m dm skipped (limit patience)"
        ]
    );
}

#[test]
fn what_is_counted_along_is_never_stopped() {
    let run = World::new(PATIENCE).log(
        "03-04 08:00:00 message.posted g m
         03-04 08:01:00 message.posted g m
         03-04 08:02:00 message.posted g m
         03-04 08:03:00 message.posted g m
         03-04 09:00:00 checkin.done g m",
    );
    let run = run.run();
    assert_eq!(run.times("a").len(), 4);
    assert_eq!(run.of("r"), ["03-04 09:00 g m dm skipped (limit patience)"]);
}

#[test]
fn what_is_counted_along_is_not_deferred_either() {
    let items = "limit night for community { on dm counting announce not between 22:00 and 08:00 else defer }
      rule a for group { on message.posted do announce \"all\" }";
    let run = World::new(items).log("03-04 23:00:00 message.posted g m").run();
    assert_eq!(run.times("a"), ["03-04 23:00"]);
}

#[test]
fn an_announcement_reaches_a_member_of_two_groups_twice() {
    let run = World::new(PATIENCE).log(
        "03-04 07:00:00 member.joined g m
         03-04 07:00:00 member.joined h m
         03-04 08:00:00 message.posted g m
         03-04 08:00:00 message.posted h m
         03-04 09:00:00 checkin.done g m",
    );
    assert_eq!(run.run().of("r"), ["03-04 09:00 g m dm skipped (limit patience)"]);
}

// ---- hours --------------------------------------------------------------------------------------------------

const NIGHT: &str = "limit night for community { on post, dm not between 22:30 and 08:00 else defer }";

#[test]
fn hours_across_midnight_hold_their_first_end_only() {
    let at = |time: &str| posts(NIGHT, &format!("03-04 {time} message.posted g m")).times("r");
    assert_eq!(at("22:29:59.999"), ["03-04 22:29:59"]);
    assert_eq!(at("22:30:00"), ["03-05 08:00"]);
    assert_eq!(at("23:59:59"), ["03-05 08:00"]);
    assert_eq!(at("00:00:00"), ["03-04 08:00"]);
    assert_eq!(at("07:59:59.999"), ["03-04 08:00"]);
    assert_eq!(at("08:00:00"), ["03-04 08:00"]);
}

#[test]
fn hours_within_a_day_hold_their_first_end_only() {
    let noon = "limit noon for community { on post not between 12:00 and 14:00 else defer }";
    let at = |time: &str| posts(noon, &format!("03-04 {time} message.posted g m")).times("r");
    assert_eq!(at("11:59:59"), ["03-04 11:59:59"]);
    assert_eq!(at("12:00:00"), ["03-04 14:00"]);
    assert_eq!(at("14:00:00"), ["03-04 14:00"]);
    assert_eq!(at("23:00:00"), ["03-04 23:00"]);
}

#[test]
fn hours_may_skip() {
    let run = posts(&NIGHT.replace("defer", "skip"), "03-04 23:00:00 message.posted g m");
    assert_eq!(run.brief(), ["03-04 23:00 g - r post skipped (limit night)"]);
}

#[test]
fn what_is_deferred_is_recorded_twice_with_one_id() {
    let run = posts(NIGHT, "03-04 23:00:00 message.posted g m");
    assert_eq!(run.brief(), ["03-04 23:00 g - r post deferred (limit night)", "03-05 08:00 g - r post done"]);
    assert_eq!(run.out.decisions[0].id, run.out.decisions[1].id);
}

#[test]
fn a_limit_without_hours_and_with_a_number_counts_only_what_its_hours_let_through() {
    let run = posts(
        "limit both for group { on post at most 1 per day not between 22:00 and 08:00 else skip }",
        "03-04 07:00:00 message.posted g m
         03-04 09:00:00 message.posted g m
         03-04 10:00:00 message.posted g m
         03-05 09:00:00 message.posted g m",
    );
    assert_eq!(run.times("r"), ["03-04 09:00", "03-05 09:00"]);
}

// ---- deferral -----------------------------------------------------------------------------------------------

#[test]
fn what_is_deferred_meets_all_limits_again() {
    let run = posts(
        &format!("{NIGHT} limit one for group {{ on post at most 1 per day else skip }}"),
        "03-04 23:00:00 message.posted g m\n 03-04 23:30:00 message.posted g m",
    );
    assert_eq!(
        run.brief(),
        [
            "03-04 23:00 g - r post deferred (limit night)",
            "03-04 23:30 g - r post deferred (limit night)",
            "03-05 08:00 g - r post done",
            "03-05 08:00 g - r post skipped (limit one)"
        ]
    );
}

#[test]
fn what_is_deferred_meets_limits_declared_before_too() {
    let run = posts(
        &format!("limit one for group {{ on post at most 1 per day else skip }} {NIGHT}"),
        "03-04 23:00:00 message.posted g m\n 03-04 23:30:00 message.posted g m",
    );
    assert_eq!(run.times("r"), ["03-05 08:00"]);
    assert_eq!(run.brief()[3], "03-05 08:00 g - r post skipped (limit one)");
}

#[test]
fn what_is_deferred_does_not_count_until_it_happens() {
    let run = posts(
        &format!("{NIGHT} limit one for group {{ on post at most 1 per 12h else skip }}"),
        "03-04 23:00:00 message.posted g m\n 03-05 12:00:00 message.posted g m",
    );
    assert_eq!(run.of("r")[1..], ["03-05 08:00 g - post done", "03-05 12:00 g - post skipped (limit one)"]);
}

#[test]
fn a_number_per_day_defers_to_midnight() {
    let run = posts(
        "limit one for group { on post at most 1 per day else defer }",
        "03-04 08:00:00 message.posted g m\n 03-04 09:00:00 message.posted g m\n 03-04 10:00:00 message.posted g m",
    );
    assert_eq!(run.times("r"), ["03-04 08:00", "03-05 00:00", "03-06 00:00"]);
}

#[test]
fn a_number_per_week_defers_to_the_next_week() {
    let run = posts(
        "limit one for group { on post at most 1 per week else defer }",
        "03-05 08:00:00 message.posted g m\n 03-06 09:00:00 message.posted g m",
    );
    assert_eq!(run.times("r"), ["03-05 08:00", "03-11 00:00"]);
}

#[test]
fn a_trailing_number_defers_until_the_oldest_has_left_the_window() {
    let run = posts(
        "limit two for group { on post at most 2 per 1h else defer }",
        "03-04 08:00:00 message.posted g m
         03-04 08:20:00 message.posted g m
         03-04 08:30:00 message.posted g m
         03-04 08:40:00 message.posted g m
         03-04 08:50:00 message.posted g m",
    );
    assert_eq!(run.times("r"), ["03-04 08:00", "03-04 08:20", "03-04 09:00", "03-04 09:20", "03-04 10:00"]);
}

#[test]
fn what_is_deferred_keeps_its_order() {
    let items = format!(
        "{NIGHT}
         rule r for group {{ on message.posted do post \"{{event.text else \"-\"}}\" }}"
    );
    let run = World::new(&items)
        .log("03-04 23:00:00 message.posted g m text=one\n 03-05 01:00:00 message.posted g m text=two\n 03-05 02:00:00 message.posted h m text=three")
        .until("03-05 09:00")
        .run();
    let done = run.out.decisions.iter().filter(|d| d.status.word() == "done");
    let texts: Vec<_> = done.filter_map(|decision| run.arg(decision, "text")).collect();
    assert_eq!(texts, ["one", "two", "three"]);
}

#[test]
fn midnight_may_lie_within_the_hours() {
    let run = posts(
        &format!("limit one for group {{ on post at most 1 per day else defer }} {NIGHT}"),
        "03-04 09:00:00 message.posted g m\n 03-04 10:00:00 message.posted g m",
    );
    assert_eq!(run.times("r"), ["03-04 09:00", "03-05 08:00"]);
}

const DEFERRED_STEP: &str = "flow f for member in group { start on member.joined  stop on member.left
    goal when exists(checkin.done, since start)
    at once do dm \"x\"
    after 1d do dm \"y\" }
  limit night for community { on dm not between 22:30 and 08:00 else defer }";

#[test]
fn what_a_stopped_flow_deferred_is_dropped() {
    let run = World::new(DEFERRED_STEP)
        .log("03-04 23:00:00 member.joined g m\n 03-05 01:00:00 member.left g m")
        .until("03-07 00:00")
        .run();
    assert_eq!(
        run.brief(),
        ["03-04 23:00 g m f dm deferred (limit night)", "03-05 01:00 g m f dm dropped (flow ended)"]
    );
}

#[test]
fn what_a_flow_deferred_is_dropped_when_it_reached_its_goal() {
    let run = World::new(DEFERRED_STEP)
        .log("03-04 23:00:00 member.joined g m\n 03-05 01:00:00 checkin.done g m")
        .until("03-07 00:00")
        .run();
    assert_eq!(
        run.brief(),
        ["03-04 23:00 g m f dm deferred (limit night)", "03-05 01:00 g m f dm dropped (flow ended)"]
    );
}

#[test]
fn a_run_that_merely_ended_drops_nothing() {
    let items = DEFERRED_STEP.replace("after 1d do dm \"y\"", "");
    let run = World::new(&items)
        .log("03-04 23:00:00 member.joined g m\n 03-05 01:00:00 member.left g m")
        .until("03-07 00:00")
        .run();
    assert_eq!(run.times("f"), ["03-05 08:00"]);
}

#[test]
fn what_a_rule_deferred_is_not_dropped_by_a_flow() {
    let items = format!("{DEFERRED_STEP} rule r for member in group {{ on member.joined do dm \"r\" }}");
    let run = World::new(&items)
        .log("03-04 23:00:00 member.joined g m\n 03-05 01:00:00 member.left g m")
        .until("03-07 00:00")
        .run();
    assert_eq!(run.times("r"), ["03-05 08:00"]);
}

#[test]
fn a_deferred_post_tells_of_itself_when_it_happens() {
    let items = format!(
        "{NIGHT}
         rule r for group {{ on message.posted do post \"x\" }}
         rule s for group {{ on content.posted do told() }}
         action told()"
    );
    let run = World::new(&items).log("03-04 23:00:00 message.posted g m").until("03-05 09:00").run();
    assert_eq!(run.times("s"), ["03-05 08:00"]);
}

// ---- holding ------------------------------------------------------------------------------------------------

const HOLD: &str = "role owner
  limit purge for community { on remove at most 1 per 1h else hold for owner within 12h }
  rule r for member in group { on message.posted do remove }";
const TWO: &str = "03-04 08:00:00 message.posted g a\n 03-04 08:10:00 message.posted g b";

fn held(decision: &str, at: &str) -> Vec<String> {
    let run = World::new(HOLD).log(TWO).run();
    let id = run.out.decisions.iter().find(|d| d.status.word() == "held").expect("held").id.to_string();
    run.and_log(&format!("{at} approval.decided g - action={id} approved={decision}")).and_until("03-06 00:00").of("r")
}

#[test]
fn a_hold_waits_for_approval() {
    assert_eq!(
        held("true", "03-04 09:00:00"),
        ["03-04 08:00 g a remove done", "03-04 08:10 g b remove held (limit purge)", "03-04 09:00 g b remove done"]
    );
}

#[test]
fn a_hold_may_be_denied() {
    assert_eq!(held("false", "03-04 09:00:00")[2], "03-04 09:00 g b remove dropped (approval denied)");
}

#[test]
fn a_hold_expires_exactly_in_its_time() {
    let expired = "03-04 20:10 g b remove dropped (approval expired)";
    assert_eq!(World::new(HOLD).log(TWO).until("03-05 00:00").run().of("r")[2], expired);
    assert_eq!(held("true", "03-04 20:10:00")[2], expired);
    assert_eq!(held("true", "03-04 20:09:59.999")[2], "03-04 20:09:59 g b remove done");
}

#[test]
fn a_second_answer_changes_nothing() {
    let run = World::new(HOLD).log(TWO).run();
    let id = run.out.decisions.iter().find(|d| d.status.word() == "held").expect("held").id.to_string();
    let lines = run
        .and_log(&format!(
            "03-04 09:00:00 approval.decided g - action={id} approved=false
             03-04 09:01:00 approval.decided g - action={id} approved=true"
        ))
        .of("r");
    assert_eq!(lines.len(), 3);
}

#[test]
fn what_is_approved_counts_and_what_is_held_does_not() {
    let run = World::new(HOLD).log(TWO).run();
    let id = run.out.decisions.iter().find(|d| d.status.word() == "held").expect("held").id.to_string();
    let lines = run
        .and_log(&format!(
            "03-04 09:00:00 approval.decided g - action={id} approved=true
             03-04 09:30:00 message.posted g c
             03-04 10:00:00 message.posted g d"
        ))
        .of("r");
    assert_eq!(lines[3..], ["03-04 09:30 g c remove held (limit purge)", "03-04 10:00 g d remove done"]);
    let unanswered = World::new(HOLD).log(TWO).log("03-04 09:00:00 message.posted g c").run();
    assert_eq!(unanswered.of("r")[2], "03-04 09:00 g c remove done");
}

#[test]
fn a_hold_of_a_stopped_flow_is_dropped() {
    let items = "role owner
      limit few for community { on dm at most 0 per 1d else hold for owner within 12h }
      flow f for member in group { start on member.joined  stop on member.left  at once do dm \"x\"  after 1d do dm \"y\" }";
    let run =
        World::new(items).log("03-04 08:00:00 member.joined g m\n 03-04 09:00:00 member.left g m").until("03-06 00:00");
    let lines = run.run().of("f");
    assert_eq!(lines[0], "03-04 08:00 g m dm held (limit few)");
    assert!(lines[1].contains("dropped"), "{lines:?}");
}

#[test]
fn an_earlier_skip_comes_before_a_later_hold() {
    let items = "role owner
      limit a for community { on remove at most 1 per 1h else skip }
      limit b for community { on remove at most 1 per 1h else hold for owner within 12h }
      rule r for member in group { on message.posted do remove }";
    assert_eq!(World::new(items).log(TWO).run().of("r")[1], "03-04 08:10 g b remove skipped (limit a)");
}

#[test]
fn an_action_that_needs_approval_meets_its_limits_when_approved() {
    let items = "role owner
      limit one for community { on remove at most 1 per 1d else skip }
      rule r for member in group { on message.posted do remove needs approval by owner within 1d else drop }
      rule s for member in group { on checkin.done do remove }";
    let run = World::new(items).log("03-04 08:00:00 message.posted g a\n 03-04 09:00:00 checkin.done g b").run();
    let id = run.out.decisions[0].id.to_string();
    let run = run.and_log(&format!("03-04 10:00:00 approval.decided g - action={id} approved=true"));
    assert_eq!(run.of("s"), ["03-04 09:00 g b remove done"]);
    assert_eq!(run.of("r"), ["03-04 08:00 g a remove held", "03-04 10:00 g a remove skipped (limit one)"]);
}

#[test]
fn limits_of_several_files_come_by_file_name() {
    let limit = |name: &str| format!("limit {name} for group {{ on post at most 1 per 1h else skip }}");
    let run = World::new("rule r for group { on message.posted do { post \"1\"  post \"2\" } }")
        .file("z.sop", &limit("late"))
        .file("b.sop", &limit("early"))
        .log("03-04 08:00:00 message.posted g m")
        .run();
    assert_eq!(run.brief()[1], "03-04 08:00 g - r post skipped (limit early)");
}

#[test]
fn a_restarted_run_drops_nothing() {
    let items = "flow f for member in group { start on member.joined  restart on checkin.done
        at once do dm \"{event.at}\"
        after 5d do dm \"y\" }
      limit night for community { on dm not between 22:30 and 08:00 else defer }";
    let run = World::new(items)
        .log("03-04 23:00:00 member.joined g m\n 03-05 01:00:00 checkin.done g m")
        .until("03-05 09:00")
        .run();
    assert_eq!(run.times("f"), ["03-05 08:00", "03-05 08:00"]);
}

#[test]
fn stopping_a_later_run_does_not_drop_what_an_ended_run_deferred() {
    let items = "flow f for member in group { start on message.posted  stop on member.left
        at once when never(checkin.done) do dm \"x\"
        after 1h when exists(checkin.done, last 30m) do dm \"y\" }
      limit night for community { on dm not between 22:30 and 08:00 else defer }";
    let run = World::new(items).log(
        "03-04 23:00:00 message.posted g m
         03-05 01:00:00 message.posted g m
         03-05 01:30:00 member.left g m",
    );
    let run = run.until("03-05 09:00").run();
    assert_eq!(run.times("f"), ["03-05 08:00"]);
    assert!(run.of("f").contains(&"03-05 01:30 g m dm dropped (flow ended)".to_owned()), "{:?}", run.of("f"));
}

#[test]
fn stop_as_an_action_drops_what_the_flow_deferred() {
    let items = "flow f for member in group { start on member.joined  at once do dm \"x\"  after 1d do dm \"y\" }
      rule r for member in group { on checkin.done do stop f }
      limit night for community { on dm not between 22:30 and 08:00 else defer }";
    let run = World::new(items).log("03-04 23:00:00 member.joined g m\n 03-05 01:00:00 checkin.done g m");
    let run = run.until("03-06 09:00").run();
    assert_eq!(run.of("f")[1..], ["03-05 01:00 g m dm dropped (flow ended)"]);
}

#[test]
fn what_is_deferred_to_two_moments_waits_for_the_later() {
    let run = posts(
        "limit noon for community { on post not between 08:00 and 12:00 else defer }
         limit night for community { on post not between 22:30 and 08:00 else defer }",
        "03-04 23:00:00 message.posted g m",
    );
    assert_eq!(run.times("r"), ["03-05 12:00"]);
}

#[test]
fn a_deferred_action_counts_in_the_period_in_which_it_happens() {
    let run = posts(
        "limit night for community { on post not between 22:30 and 08:00 else defer }
         limit one for group { on post at most 1 per day else skip }",
        "03-04 09:00:00 message.posted g m\n 03-04 23:00:00 message.posted g m\n 03-05 09:00:00 message.posted g m",
    );
    assert_eq!(run.times("r"), ["03-04 09:00", "03-05 08:00"]);
}

#[test]
fn a_skipped_firing_counts_for_once() {
    let items = "limit none for group { on post at most 0 per day else skip }
      rule r for group { on message.posted do { post \"x\"  announce \"y\" } once per 1h }";
    let run = World::new(items).log("03-04 08:00:00 message.posted g m\n 03-04 08:30:00 message.posted g m").run();
    assert_eq!(run.brief().len(), 2);
}

#[test]
fn what_comes_from_a_pool_is_limited_by_its_class() {
    let items = "class ad
      message one for group \"1\"
      message two for group \"2\"
      pool both { one, two }
      limit ads for group { on post as ad at most 1 per 1d else skip }
      rule r for group { on message.posted do post from both as ad }";
    let run = World::new(items).log("03-04 08:00:00 message.posted g m\n 03-04 08:30:00 message.posted g m").run();
    assert_eq!(run.brief()[1], "03-04 08:30 g - r post skipped (limit ads)");
}

#[test]
fn hours_are_those_of_the_community() {
    let items = "community { timezone \"Europe/Berlin\" currency EUR }
      limit night for community { on post not between 22:00 and 08:00 else defer }
      rule r for group { on message.posted do post \"x\" }";
    let run = World::new(items).log("03-30 23:00:00 message.posted g m").until("04-01 00:00").run();
    assert_eq!(run.times("r"), ["03-31 08:00"]);
}

#[test]
fn what_is_never_allowed_stays_deferred() {
    for per in ["1h", "day"] {
        let limit = format!("limit none for group {{ on post at most 0 per {per} else defer }}");
        let run = posts(&limit, "03-04 08:00:00 message.posted g m");
        assert_eq!(run.of("r"), ["03-04 08:00 g - post deferred (limit none)"]);
    }
    let always = "limit none for group { on post not between 08:00 and 08:00 else defer }";
    assert_eq!(crate::world::errors(always).len(), 1);
}

#[test]
fn a_deferral_into_a_gap_of_the_clock_ends_after_it() {
    let items = "community { timezone \"Europe/Berlin\" currency EUR }
      limit night for community { on post not between 22:00 and 02:30 else defer }
      rule r for group { on message.posted do post \"x\" }";
    let run = World::new(items).log("03-30 23:00:00 message.posted g m").until("04-01 00:00").run();
    assert_eq!(run.times("r"), ["03-31 03:00"]);
}

#[test]
fn a_number_per_month_defers_to_the_first() {
    let run = posts(
        "limit one for group { on post at most 1 per month else defer }",
        "02-05 08:00:00 message.posted g m\n 02-06 09:00:00 message.posted g m",
    );
    assert_eq!(run.times("r"), ["02-05 08:00", "03-01 00:00"]);
}

#[test]
fn a_limited_strike_leads_to_no_sanction() {
    let items = "limit one for member { on strike at most 1 per 1d else skip }
      ladder l for member in group { at 2 do mute 1d }
      rule r for member in group { on message.posted do strike l }";
    let run = World::new(items).log("03-04 08:00:00 message.posted g m\n 03-04 09:00:00 message.posted g m").run();
    assert_eq!(run.brief()[1], "03-04 09:00 g m r strike skipped (limit one)");
    assert!(run.of("l").is_empty());
}

#[test]
fn a_sanction_of_a_ladder_is_limited_too() {
    let items = "limit one for community { on mute at most 1 per 1d else skip }
      ladder l for member in group { at 1 do mute 1d }
      rule r for member in group { on message.posted do strike l }";
    let run = World::new(items).log("03-04 08:00:00 message.posted g m\n 03-04 09:00:00 message.posted g n").run();
    assert_eq!(run.of("l"), ["03-04 08:00 g m mute done", "03-04 09:00 g n mute skipped (limit one)"]);
}

#[test]
fn a_limit_may_be_narrowed_by_the_member() {
    let items = "tag vip
      rule mark for member in group { on message.posted do tag vip }
      limit few for member where not (member has vip) { on dm at most 1 per 1d else skip }";
    let run = dms(
        items,
        "03-04 08:00:00 checkin.done g m
         03-04 08:01:00 checkin.done g m
         03-04 08:02:00 message.posted g m
         03-04 08:03:00 checkin.done g m",
    );
    assert_eq!(run.times("r"), ["03-04 08:00", "03-04 08:03"]);
}

#[test]
fn what_the_narrowed_limit_did_not_stop_counts_for_it_later() {
    let items = "tag strict
      rule mark for member in group { on message.posted do tag strict }
      limit few for member where member has strict { on dm at most 1 per 1d else skip }";
    let run = dms(
        items,
        "03-04 08:00:00 checkin.done g m
         03-04 08:02:00 message.posted g m
         03-04 08:03:00 checkin.done g m",
    );
    assert_eq!(run.times("r"), ["03-04 08:00"]);
}

#[test]
fn an_action_to_another_member_counts_for_that_member() {
    let items = "limit one for member { on dm at most 1 per 1d else skip }
      rule s for member in group { on member.joined do dm \"thanks\" to event.inviter }";
    let run = dms(
        items,
        "03-04 08:00:00 checkin.done g i
         03-04 08:01:00 member.joined g a inviter=i
         03-04 08:02:00 checkin.done g a",
    );
    assert_eq!(run.of("s"), ["03-04 08:01 g i dm skipped (limit one)"]);
    assert_eq!(run.times("r"), ["03-04 08:00", "03-04 08:02"]);
}

#[test]
fn a_dm_of_the_person_and_of_a_membership_count_together() {
    let items = "limit one for member { on dm at most 1 per 1d else skip }
      rule p for member { on survey.answered do dm \"person\" }";
    let run = dms(items, "03-04 08:00:00 survey.answered - m\n 03-04 08:01:00 checkin.done g m");
    assert_eq!(run.of("r"), ["03-04 08:01 g m dm skipped (limit one)"]);
}

#[test]
fn a_deferred_step_does_not_delay_the_next() {
    let items = "flow f for member in group { start on member.joined
        at once do dm \"one\"
        after 1h do tag x
        after 10h do dm \"two\" }
      tag x
      limit night for community { on dm not between 22:30 and 08:00 else defer }";
    let run = World::new(items).log("03-04 23:00:00 member.joined g m").until("03-06 00:00").run();
    assert_eq!(run.times("f"), ["03-05 00:00", "03-05 08:00", "03-05 09:00"]);
}

#[test]
fn what_is_deferred_and_held_is_recorded_each_time() {
    let items = "role owner
      limit night for community { on dm not between 22:30 and 08:00 else defer }
      limit few for community { on dm at most 0 per 1d else hold for owner within 1h }";
    let run = dms(items, "03-04 23:00:00 checkin.done g m");
    assert_eq!(
        run.of("r"),
        [
            "03-04 23:00 g m dm deferred (limit night)",
            "03-05 08:00 g m dm held (limit few)",
            "03-05 09:00 g m dm dropped (approval expired)"
        ]
    );
}

#[test]
fn an_action_told_to_the_whole_group_counts_for_the_group() {
    let run = World::new(
        "limit one for group { on post counting announce at most 1 per 1d else skip }
         rule a for group { on checkin.done do announce \"a\" }
         rule r for group { on message.posted do post \"x\" }",
    )
    .log("03-04 08:00:00 checkin.done g m\n 03-04 08:01:00 message.posted g m\n 03-04 08:02:00 message.posted h m")
    .run();
    assert_eq!(run.of("r"), ["03-04 08:01 g - post skipped (limit one)", "03-04 08:02 h - post done"]);
}

#[test]
fn two_numbers_in_one_limit_both_hold() {
    let run = posts(
        "limit both for group { on post at most 1 per 1h at most 2 per day else skip }",
        "03-04 08:00:00 message.posted g m
         03-04 08:30:00 message.posted g m
         03-04 09:00:00 message.posted g m
         03-04 12:00:00 message.posted g m
         03-05 00:00:00 message.posted g m",
    );
    assert_eq!(run.times("r"), ["03-04 08:00", "03-04 09:00", "03-05 00:00"]);
}

#[test]
fn an_unapproved_action_does_not_count() {
    let items = "role owner
      limit one for community { on remove at most 1 per 1d else skip }
      rule r for member in group { on message.posted do remove needs approval by owner within 1h else drop }";
    let run = World::new(items).log("03-04 08:00:00 message.posted g a\n 03-04 08:10:00 message.posted g b").run();
    assert_eq!(run.of("r"), ["03-04 08:00 g a remove held", "03-04 08:10 g b remove held"]);
}

#[test]
fn a_deferred_sanction_happens_when_it_may() {
    let items = "limit night for community { on mute not between 22:30 and 08:00 else defer }
      rule r for member in group { on message.posted do mute 1d }
      rule s for member in group { on member.muted do dm \"muted\" }";
    let run = World::new(items).log("03-04 23:00:00 message.posted g m").until("03-05 09:00").run();
    assert_eq!(
        run.brief(),
        ["03-04 23:00 g m r mute deferred (limit night)", "03-05 08:00 g m r mute done", "03-05 08:00 g m s dm done"]
    );
}

#[test]
fn what_is_set_for_a_group_counts_for_no_member() {
    let items = "field topic: text for group
      rule r for member in group { on message.posted  do set topic = event.id }
      limit l for member in group { on set  at most 1 per 1d  else skip }";
    let run = World::new(items).log("03-04 08:00 message.posted g m\n03-04 08:01 message.posted g m").run();
    assert_eq!(run.of("r"), ["03-04 08:00 g - set done", "03-04 08:01 g - set done"]);
}
