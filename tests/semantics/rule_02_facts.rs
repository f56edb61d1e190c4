//! Rule 2, facts first: an event is part of the past before conditions are tested; windows are exact.

use crate::world::World;

const FLOOD: &str = r#"
rule flood for member in group {
  on message.posted
  when count(message.posted, last 10s) >= 5
  do tag loud
}
tag loud
"#;

/// What an expression comes to at the last event of a log, for a member in a group.
fn at_last(expression: &str, log: &str) -> String {
    let rule = format!("rule r for member in group {{ on message.posted do dm \"{{{expression}}}\" }}");
    World::new(&rule).log(log).run().texts().last().cloned().unwrap_or_default()
}

#[test]
fn the_fifth_message_sees_five() {
    let run = World::new(FLOOD).log(
        "03-04 08:00:00 message.posted g m
         03-04 08:00:01 message.posted g m
         03-04 08:00:02 message.posted g m
         03-04 08:00:03 message.posted g m
         03-04 08:00:04 message.posted g m",
    );
    assert_eq!(run.run().brief(), ["03-04 08:00:04 g m flood tag done"]);
}

#[test]
fn a_window_leaves_out_what_is_exactly_as_old_as_it() {
    let log = "03-04 08:00:00 message.posted g m\n 03-04 08:00:10 message.posted g m";
    assert_eq!(at_last("count(message.posted, last 10s)", log), "1");
}

#[test]
fn a_window_holds_what_is_a_millisecond_younger_than_it() {
    let log = "03-04 08:00:00.001 message.posted g m\n 03-04 08:00:10 message.posted g m";
    assert_eq!(at_last("count(message.posted, last 10s)", log), "2");
}

#[test]
fn events_of_one_time_count_as_far_as_they_have_been_read() {
    let rule = "rule r for member in group { on message.posted do dm \"{count(message.posted, last 1m)}\" }";
    let run = World::new(rule).log("03-04 08:00:00 message.posted g m\n 03-04 08:00:00 message.posted g m").run();
    assert_eq!(run.texts(), ["1", "2"]);
}

#[test]
fn a_window_before_a_time_is_moved_back_at_both_ends() {
    let expression = "count(message.posted, last 1d before 2d)"; // (t - 3d, t - 2d]
    let log = |first: &str| format!("{first} message.posted g m\n 03-08 08:00:00 message.posted g m");
    assert_eq!(at_last(expression, &log("03-05 08:00:00")), "0");
    assert_eq!(at_last(expression, &log("03-05 08:00:00.001")), "1");
    assert_eq!(at_last(expression, &log("03-06 08:00:00")), "1");
    assert_eq!(at_last(expression, &log("03-06 08:00:00.001")), "0");
}

#[test]
fn a_window_before_today_ends_exclusively_where_today_begins() {
    let expression = "count(message.posted, last 2d before today)";
    let log = |first: &str| format!("{first} message.posted g m\n 03-08 08:00:00 message.posted g m");
    assert_eq!(at_last(expression, &log("03-05 23:59:59.999")), "0");
    assert_eq!(at_last(expression, &log("03-06 00:00:00")), "1");
    assert_eq!(at_last(expression, &log("03-07 23:59:59.999")), "1");
    assert_eq!(at_last(expression, &log("03-08 00:00:00")), "0");
}

#[test]
fn a_window_before_this_week_ends_where_the_week_begins() {
    let expression = "count(message.posted, last 7d before this week)";
    let log = |first: &str| format!("{first} message.posted g m\n 03-14 08:00:00 message.posted g m");
    assert_eq!(at_last(expression, &log("03-03 23:59:59.999")), "0");
    assert_eq!(at_last(expression, &log("03-04 00:00:00")), "1");
    assert_eq!(at_last(expression, &log("03-10 23:59:59.999")), "1");
    assert_eq!(at_last(expression, &log("03-11 00:00:00")), "0");
}

#[test]
fn a_window_before_this_month_ends_where_the_month_begins() {
    let expression = "count(message.posted, last 1d before this month)";
    let log = |first: &str| format!("{first} message.posted g m\n 03-14 08:00:00 message.posted g m");
    assert_eq!(at_last(expression, &log("02-28 23:59:59.999")), "0");
    assert_eq!(at_last(expression, &log("02-29 00:00:00")), "1");
    assert_eq!(at_last(expression, &log("02-29 23:59:59.999")), "1");
    assert_eq!(at_last(expression, &log("03-01 00:00:00")), "0");
}

#[test]
fn today_begins_at_local_midnight() {
    let log = |first: &str| format!("{first} message.posted g m\n 03-05 07:00:00 message.posted g m");
    assert_eq!(at_last("count(message.posted, today)", &log("03-04 23:59:59.999")), "1");
    assert_eq!(at_last("count(message.posted, today)", &log("03-05 00:00:00")), "2");
}

#[test]
fn yesterday_is_one_local_day() {
    let log = |first: &str| format!("{first} message.posted g m\n 03-06 07:00:00 message.posted g m");
    assert_eq!(at_last("count(message.posted, yesterday)", &log("03-04 23:59:59.999")), "0");
    assert_eq!(at_last("count(message.posted, yesterday)", &log("03-05 00:00:00")), "1");
    assert_eq!(at_last("count(message.posted, yesterday)", &log("03-05 23:59:59.999")), "1");
    assert_eq!(at_last("count(message.posted, yesterday)", &log("03-06 00:00:00")), "0");
}

#[test]
fn weeks_begin_on_monday() {
    let log = |first: &str| format!("{first} message.posted g m\n 03-17 23:00:00 message.posted g m");
    assert_eq!(at_last("count(message.posted, this week)", &log("03-10 23:59:59.999")), "1");
    assert_eq!(at_last("count(message.posted, this week)", &log("03-11 00:00:00")), "2");
    assert_eq!(at_last("count(message.posted, last week)", &log("03-03 23:59:59.999")), "0");
    assert_eq!(at_last("count(message.posted, last week)", &log("03-04 00:00:00")), "1");
    assert_eq!(at_last("count(message.posted, last week)", &log("03-10 23:59:59.999")), "1");
    assert_eq!(at_last("count(message.posted, last week)", &log("03-11 00:00:00")), "0");
}

#[test]
fn weeks_begin_where_the_community_says() {
    let items = "community { timezone \"Asia/Shanghai\" currency CNY week starts sunday }
      rule r for member in group { on message.posted
        do dm \"{count(message.posted, this week)} {count(message.posted, last week)}\" }";
    let run = World::new(items).log(
        "03-09 23:59:59.999 message.posted g m
         03-10 00:00:00 message.posted g m
         03-16 23:59:59.999 message.posted g m
         03-17 00:00:00 message.posted g m",
    );
    assert_eq!(run.run().texts(), ["1 0", "1 1", "2 1", "1 2"]);
}

#[test]
fn months_are_those_of_the_calendar() {
    let log = |first: &str| format!("{first} message.posted g m\n 03-31 23:00:00 message.posted g m");
    assert_eq!(at_last("count(message.posted, this month)", &log("02-29 23:59:59.999")), "1");
    assert_eq!(at_last("count(message.posted, this month)", &log("03-01 00:00:00")), "2");
    assert_eq!(at_last("count(message.posted, last month)", &log("01-31 23:59:59.999")), "0");
    assert_eq!(at_last("count(message.posted, last month)", &log("02-01 00:00:00")), "1");
    assert_eq!(at_last("count(message.posted, last month)", &log("02-29 23:59:59.999")), "1");
    assert_eq!(at_last("count(message.posted, last month)", &log("03-01 00:00:00")), "0");
}

#[test]
fn no_window_means_ever() {
    let log = "2019-01-01 08:00:00 message.posted g m\n 2024-03-31 23:00:00 message.posted g m";
    let log = log.replace("2019-01-01 08:00:00", "01-01 00:00:00").replace("2024-", "");
    assert_eq!(at_last("count(message.posted)", &log), "2");
}

#[test]
fn since_start_includes_the_event_that_started_the_run() {
    let flow = "flow f for member in group { start on message.posted
      after 1h do dm \"{count(message.posted, since start)} {count(message.posted)}\" }";
    let run = World::new(flow)
        .log("03-04 08:00:00 message.posted g m\n 03-04 08:30:00 message.posted g m")
        .until("03-04 09:00");
    assert_eq!(run.run().texts(), ["2 2"]);
}

#[test]
fn since_start_leaves_out_what_came_before() {
    let flow = "flow f for member in group { start on checkin.done
      after 1h do dm \"{count(message.posted, since start)} {count(checkin.done, since start)}\" }";
    let run = World::new(flow).log(
        "03-04 07:59:59.999 message.posted g m
         03-04 08:00:00 checkin.done g m
         03-04 08:30:00 message.posted g m",
    );
    assert_eq!(run.until("03-04 09:00").run().texts(), ["1 1"]);
}

#[test]
fn since_joined_includes_the_joining() {
    let log = "03-04 08:00:00 member.joined g m\n 03-04 09:00:00 message.posted g m";
    assert_eq!(at_last("count(member.joined, since joined)", log), "1");
    assert_eq!(at_last("count(message.posted, since joined)", log), "1");
}

#[test]
fn since_joined_without_a_joining_counts_from_the_first_event() {
    let log = "03-04 08:00:00 message.posted g m\n 03-04 09:00:00 message.posted g m";
    assert_eq!(at_last("count(message.posted, since joined)", log), "2");
}

#[test]
fn the_past_is_kept_when_a_member_leaves_and_comes_back() {
    let log = "03-04 08:00:00 member.joined g m
         03-04 09:00:00 message.posted g m
         03-04 10:00:00 member.left g m
         03-05 08:00:00 member.joined g m
         03-05 09:00:00 message.posted g m";
    assert_eq!(at_last("count(message.posted)", log), "2");
    assert_eq!(at_last("count(message.posted, since joined)", log), "1");
    assert_eq!(at_last("count(member.joined, since joined)", log), "1");
}

#[test]
fn a_stray_event_after_leaving_begins_no_membership() {
    let rule = "rule r for member in group { on checkin.done do dm \"{group.size}\" }";
    let log = "03-04 08:00:00 member.joined g m
         03-04 08:00:00 member.joined g n
         03-04 10:00:00 member.left g m
         03-05 09:00:00 message.posted g m
         03-05 10:00:00 checkin.done g n";
    assert_eq!(World::new(rule).log(log).run().texts(), ["1"]);
}

#[test]
fn runs_go_on_when_a_membership_ends() {
    let flow = "flow f for member in group { start on member.joined  after 1d do tag x }\ntag x";
    let run = World::new(flow)
        .log("03-04 08:00:00 member.joined g m\n 03-04 09:00:00 member.left g m")
        .until("03-06 00:00")
        .run();
    assert_eq!(run.times("f"), ["03-05 08:00"]);
}

#[test]
fn since_is_the_time_passed_since_the_last_one() {
    let rule = "rule r for member in group { on message.posted when since(checkin.done) == 90m do dm \"x\" }";
    let run = World::new(rule).log(
        "03-04 07:00:00 checkin.done g m
         03-04 08:00:00 checkin.done g m
         03-04 09:30:00 message.posted g m",
    );
    assert_eq!(run.run().times("r"), ["03-04 09:30"]);
}

#[test]
fn since_is_forever_if_there_was_none() {
    let rule = "rule r for member in group { on message.posted when since(checkin.done) > 9999w do dm \"x\" }";
    assert_eq!(World::new(rule).log("03-04 09:30:00 message.posted g m").run().texts(), ["x"]);
}

#[test]
fn since_an_unseen_joining_is_forever() {
    let rule = "rule r for member in group { on message.posted when since(member.joined) < 72h do dm \"new\" otherwise do dm \"old\" }";
    assert_eq!(World::new(rule).log("03-04 09:30:00 message.posted g m").run().texts(), ["old"]);
}

#[test]
fn since_the_event_at_hand_is_nothing() {
    let rule = "rule r for member in group { on message.posted when since(message.posted) == 0s do dm \"x\" }";
    let run = World::new(rule).log("03-04 08:30:00 message.posted g m\n 03-04 09:30:00 message.posted g m");
    assert_eq!(run.run().texts(), ["x", "x"]);
}

#[test]
fn less_than_72h_since_joining_ends_at_72h() {
    let rule = "rule r for member in group { on message.posted when since(member.joined) < 72h do dm \"x\" }";
    let run = World::new(rule).log(
        "03-04 08:00:00 member.joined g m
         03-07 07:59:59.999 message.posted g m
         03-07 08:00:00 message.posted g m",
    );
    assert_eq!(run.run().texts().len(), 1);
}

#[test]
fn exists_and_never_heed_their_window() {
    let rule = "rule r for member in group { on message.posted
      when exists(checkin.done) and never(checkin.done, last 1h) and exists(checkin.done, last 2h) do dm \"x\" }";
    let run = World::new(rule).log("03-04 08:00:00 checkin.done g m\n 03-04 09:00:00 message.posted g m");
    assert_eq!(run.run().texts(), ["x"]);
}

const BOUGHT: &str = "03-04 08:00:00 purchase.made g m amount=10 sku=b
     03-04 09:00:00 purchase.made g m amount=30 sku=a
     03-04 10:00:00 purchase.made g m amount=20 sku=b
     03-04 11:00:00 message.posted g m";

#[test]
fn sum_avg_min_max_of_a_field() {
    assert_eq!(at_last("sum(purchase.made.amount)", BOUGHT), "¥60");
    assert_eq!(at_last("avg(purchase.made.amount) else ¥0", BOUGHT), "¥20");
    assert_eq!(at_last("min(purchase.made.amount) else ¥0", BOUGHT), "¥10");
    assert_eq!(at_last("max(purchase.made.amount) else ¥0", BOUGHT), "¥30");
}

#[test]
fn first_and_last_of_a_field_are_by_time() {
    assert_eq!(at_last("first(purchase.made.amount) else ¥0", BOUGHT), "¥10");
    assert_eq!(at_last("last(purchase.made.amount) else ¥0", BOUGHT), "¥20");
    assert_eq!(at_last("first(purchase.made.amount, last 2h) else ¥0", BOUGHT), "¥20");
}

#[test]
fn distinct_counts_values_and_list_writes_them_in_order() {
    assert_eq!(at_last("distinct(purchase.made.sku)", BOUGHT), "2");
    assert_eq!(at_last("list(purchase.made.sku)", BOUGHT), "b、a");
}

#[test]
fn of_nothing_the_sum_is_zero_and_the_others_are_missing() {
    let log = "03-04 11:00:00 message.posted g m";
    assert_eq!(at_last("sum(purchase.made.amount)", log), "¥0");
    assert_eq!(at_last("count(purchase.made)", log), "0");
    assert_eq!(at_last("distinct(purchase.made.sku)", log), "0");
    for function in ["avg", "min", "max", "first", "last"] {
        assert_eq!(at_last(&format!("{function}(purchase.made.amount) else ¥7"), log), "¥7", "{function}");
    }
}

#[test]
fn distinct_heeds_its_window() {
    assert_eq!(at_last("distinct(purchase.made.sku, last 2h)", BOUGHT), "1");
    assert_eq!(at_last("list(purchase.made.sku, last 2h)", BOUGHT), "b");
}

#[test]
fn a_streak_counts_days_in_a_row_up_to_today() {
    let log = "03-01 08:00:00 checkin.done g m
         03-03 23:59:59.999 checkin.done g m
         03-04 00:00:00 checkin.done g m
         03-04 09:00:00 checkin.done g m
         03-05 08:00:00 checkin.done g m
         03-05 11:00:00 message.posted g m";
    assert_eq!(at_last("streak(checkin.done)", log), "3");
}

#[test]
fn a_streak_reaches_to_yesterday_while_today_is_open() {
    let log = "03-03 08:00:00 checkin.done g m
         03-04 08:00:00 checkin.done g m
         03-05 23:59:59 message.posted g m";
    assert_eq!(at_last("streak(checkin.done)", log), "2");
    assert_eq!(at_last("streak(checkin.done)", &log.replace("03-05", "03-06")), "0");
}

#[test]
fn where_sees_the_counted_event_and_the_one_at_hand() {
    let log = "03-04 08:00:00 message.posted g m links=1 text_hash=h1
         03-04 09:00:00 message.posted g m links=2 text_hash=h2
         03-04 10:00:00 message.posted g m links=0 text_hash=h2";
    assert_eq!(at_last("count(message.posted where links > 0)", log), "2");
    assert_eq!(at_last("count(message.posted where links > event.links)", log), "2");
    assert_eq!(at_last("count(message.posted where text_hash is event.text_hash)", log), "2");
}

#[test]
fn an_unknown_where_does_not_count() {
    let log = "03-04 08:00:00 message.posted g m length=9\n 03-04 09:00:00 message.posted g m";
    assert_eq!(at_last("count(message.posted where length > 5)", log), "1");
    assert_eq!(at_last("count(message.posted where not (length > 5))", log), "0");
}

#[test]
fn counting_is_by_the_subject_unless_by_says_otherwise() {
    let log = "03-04 08:00:00 message.posted g m
         03-04 08:01:00 message.posted g n
         03-04 08:02:00 message.posted h m
         03-04 08:03:00 message.posted h n
         03-04 08:04:00 message.posted h o
         03-04 08:05:00 message.posted g m";
    assert_eq!(at_last("count(message.posted)", log), "2");
    assert_eq!(at_last("count(message.posted by member)", log), "3");
    assert_eq!(at_last("count(message.posted by group)", log), "3");
    assert_eq!(at_last("count(message.posted by community)", log), "6");
    assert_eq!(at_last("count(message.posted by member, group)", log), "2");
}

#[test]
fn by_a_field_counts_what_agrees_in_it() {
    let log = "03-04 08:00:00 message.posted g m text_hash=h
         03-04 08:01:00 message.posted g n text_hash=h
         03-04 08:02:00 message.posted h m text_hash=h
         03-04 08:03:00 message.posted g m text_hash=other
         03-04 08:05:00 message.posted g o text_hash=h";
    assert_eq!(at_last("count(message.posted by text_hash)", log), "4");
    assert_eq!(at_last("count(message.posted by group, text_hash)", log), "3");
    assert_eq!(at_last("distinct(message.posted.member by group, text_hash)", log), "3");
}

#[test]
fn by_may_set_a_key() {
    let items = "rule r for member in group { on member.joined
      do dm \"{count(member.joined by inviter = event.inviter)} {count(message.posted by member = event.inviter)}\" }";
    let run = World::new(items).log(
        "03-04 08:00:00 message.posted g i
         03-04 08:00:00 message.posted h i
         03-04 08:01:00 member.joined g a inviter=i
         03-04 08:02:00 member.joined h b inviter=i
         03-04 08:03:00 member.joined g c inviter=k",
    );
    assert_eq!(run.run().texts(), ["1 2", "2 2", "1 0"]);
}

#[test]
fn an_event_without_the_optional_group_counts_for_the_member_alone() {
    let log = "03-04 08:00:00 purchase.made g m amount=10
         03-04 09:00:00 purchase.made - m amount=30
         03-04 09:00:00 purchase.made h m amount=5
         03-04 11:00:00 message.posted g m";
    assert_eq!(at_last("sum(purchase.made.amount)", log), "¥10");
    assert_eq!(at_last("sum(purchase.made.amount by member)", log), "¥45");
    assert_eq!(at_last("sum(purchase.made.amount by group)", log), "¥10");
    assert_eq!(at_last("sum(purchase.made.amount by community)", log), "¥45");
}

#[test]
fn an_event_without_the_optional_group_triggers_no_item_for_a_membership() {
    let items = "rule here for member in group { on purchase.made do dm \"here\" }
      rule anywhere for member { on purchase.made do dm \"anywhere\" }
      rule group_wide for group { on purchase.made do post \"group\" }";
    let run = World::new(items).log("03-04 08:00:00 message.posted g m\n 03-04 08:00:00 purchase.made - m amount=10");
    assert_eq!(run.run().texts(), ["anywhere"]);
    let run = World::new(items).log("03-04 08:00:00 purchase.made g m amount=10");
    assert_eq!(run.run().texts(), ["here", "anywhere", "group"]);
}

#[test]
fn what_the_engine_tells_is_part_of_the_past() {
    let items = "tag x, y
      rule mark for member in group { on message.posted do { tag x  tag y  untag x } }
      rule see for member in group { on checkin.done do dm \"{count(tag.added by member)} {count(tag.removed by member)}\" }";
    let run = World::new(items).log("03-04 08:00:00 message.posted g m\n 03-04 09:00:00 checkin.done g m");
    assert_eq!(run.run().texts(), ["2 1"]);
}

#[test]
fn an_event_changes_the_state_before_conditions_are_tested() {
    let items = "role admin
      rule r for member in group { on role.granted when member is admin do dm \"admin\" }
      rule s for group { on member.joined do post \"{group.size}\" }
      rule n for member in group { on member.renamed do dm \"{member.name}\" }";
    let run = World::new(items).log(
        "03-04 08:00:00 member.joined g m
         03-04 08:00:00 role.granted g m role=admin
         03-04 08:00:00 member.renamed g m name=new",
    );
    assert_eq!(run.run().texts(), ["1", "admin", "new"]);
}

#[test]
fn a_member_who_leaves_is_no_longer_counted_by_the_rule_that_sees_it() {
    let items = "rule s for group { on member.left do post \"{group.size}\" }";
    let run = World::new(items).log(
        "03-04 08:00:00 member.joined g m
         03-04 08:00:00 member.joined g n
         03-04 09:00:00 member.left g m",
    );
    assert_eq!(run.run().texts(), ["1"]);
}

#[test]
fn the_window_of_a_timer_ends_at_the_timer() {
    let items = "rule r for group { every day at 09:00 do post \"{count(message.posted, last 1h)}\" }";
    let run = World::new(items).log(
        "03-04 08:00:00 message.posted g m
         03-04 08:00:00.001 message.posted g m
         03-04 08:59:59.999 message.posted g m
         03-04 09:00:00 message.posted g m",
    );
    assert_eq!(run.run().texts(), ["2"]);
}

#[test]
fn durations_add_up_and_average() {
    let items = "event call for member in group { span: duration }
      rule r for member in group { on checkin.done
        do dm \"{sum(call.span)} {avg(call.span) else 0s} {sum(call.span, today)} {avg(call.span, today) else 0s} {max(call.span) else 0s}\" }";
    let none = World::new(items).log("03-04 08:00:00 checkin.done g m").run();
    assert_eq!(none.texts(), ["0s 0s 0s 0s 0s"]);
    let some = World::new(items).log(
        "03-03 08:00:00 call g m span=1h
         03-04 08:00:00 call g m span=30m
         03-04 09:00:00 checkin.done g m",
    );
    assert_eq!(some.run().texts(), ["1h30m 45m 30m 30m 1h"]);
}

#[test]
fn a_sum_of_nothing_compares_in_its_unit() {
    let items = "event call for member in group { span: duration }
      rule r for member in group { on checkin.done
        when sum(call.span) < 1h and sum(call.span, today) < 1h and sum(purchase.made.amount) < ¥1
          and sum(purchase.made.amount, today) + ¥1 > ¥0 do dm \"x\" }";
    assert_eq!(World::new(items).log("03-04 08:00:00 checkin.done g m").run().texts(), ["x"]);
}

#[test]
fn windows_of_different_length_share_one_past() {
    let items = "rule r for member in group { on message.posted
      do dm \"{count(message.posted, last 10s)} {count(message.posted, last 1d)} {count(message.posted, last 1d before 2d)} {count(message.posted)}\" }";
    let run = World::new(items).log(
        "03-01 08:00:00 message.posted g m
         03-01 09:00:00 message.posted g m
         03-03 07:00:00 message.posted g m
         03-03 12:00:00 message.posted g m
         03-04 07:59:59 message.posted g m
         03-04 08:00:00 message.posted g m",
    );
    assert_eq!(run.run().texts().last().map(String::as_str), Some("2 3 1 6"));
}

#[test]
fn samples_of_a_metric_are_part_of_the_past() {
    let items = "metric posts for group every day at 00:00 = count(message.posted, yesterday)
      rule r for group { on metric.posts do post \"{event.value} {avg(metric.posts.value, last 28d before today) else -1} {count(metric.posts)}\" }";
    let run = World::new(items).log(
        "03-04 08:00:00 message.posted g m
         03-05 08:00:00 message.posted g m
         03-05 08:00:01 message.posted g m
         03-07 00:00:00 message.posted g m",
    );
    assert_eq!(run.run().texts(), ["1 -1 1", "2 1 2", "0 1.5 3"]);
}

#[test]
fn counting_wider_than_the_subject_wants_by() {
    let rule = |counted: &str| {
        crate::world::errors(&format!(
            "rule r for member in group {{ on message.posted when {counted} > 0 do dm \"x\" }}"
        ))
    };
    assert!(!rule("count(tag.added)").is_empty());
    assert!(rule("count(tag.added by member)").is_empty());
    assert!(!rule("count(live.scheduled)").is_empty());
    assert!(rule("count(live.scheduled by group)").is_empty());
}

#[test]
fn a_past_of_another_member_is_not_ones_own() {
    let log = "03-04 08:00:00 checkin.done g n\n 03-04 08:00:00 checkin.done h m\n 03-04 08:01:00 message.posted g m";
    assert_eq!(at_last("count(checkin.done)", log), "0");
}

#[test]
fn streaks_may_be_of_a_wider_subject() {
    let log = "03-03 08:00:00 checkin.done g n\n 03-04 08:00:00 checkin.done g m\n 03-04 09:00:00 message.posted g m";
    assert_eq!(at_last("streak(checkin.done)", log), "1");
    assert_eq!(at_last("streak(checkin.done by group)", log), "2");
}

#[test]
fn since_may_have_a_condition_and_a_wider_subject() {
    let log = "03-04 06:00:00 checkin.done g n\n 03-04 07:00:00 message.posted g m links=1\n 03-04 08:00:00 message.posted g m";
    assert_eq!(at_last("since(message.posted where links > 0)", log), "1h");
    assert_eq!(at_last("since(checkin.done by group)", log), "2h");
}

#[test]
fn ever_outlives_every_window() {
    let mut log = String::new();
    for day in 1..=28 {
        log.push_str(&format!("02-{day:02} 08:00:00 purchase.made g m amount={day}\n"));
    }
    log.push_str("03-04 08:00:00 message.posted g m");
    assert_eq!(at_last("sum(purchase.made.amount)", &log), "¥406");
    assert_eq!(at_last("max(purchase.made.amount) else ¥0", &log), "¥28");
    assert_eq!(at_last("min(purchase.made.amount) else ¥0", &log), "¥1");
    assert_eq!(at_last("sum(purchase.made.amount, last month)", &log), "¥406");
    assert_eq!(at_last("sum(purchase.made.amount, last 7d)", &log), "¥55");
}
