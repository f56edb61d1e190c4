//! Rule 1, order: one input at a time, by time; timers before events; the timers of one instant among themselves.

use crate::world::World;

#[test]
fn a_step_comes_before_an_event_of_the_same_time() {
    let flow = "flow hello for member in group { start on member.joined
      after 10m when never(message.posted) do dm \"hi\" }";
    let run = World::new(flow).log("03-04 08:00:00 member.joined g m\n 03-04 08:10:00 message.posted g m").run();
    assert_eq!(run.brief(), ["03-04 08:10 g m hello dm done"]);
}

#[test]
fn an_event_one_millisecond_earlier_comes_before_the_step() {
    let flow = "flow hello for member in group { start on member.joined
      after 10m when never(message.posted) do dm \"hi\" }";
    let run = World::new(flow)
        .log("03-04 08:00:00 member.joined g m\n 03-04 08:09:59.999 message.posted g m")
        .until("03-05 00:00")
        .run();
    assert!(run.brief().is_empty());
}

#[test]
fn a_schedule_comes_before_an_event_of_the_same_time() {
    let rule = "rule r for group { every day at 09:00 when count(message.posted) == 1 do post \"x\" }";
    let run = World::new(rule).log("03-04 08:00:00 message.posted g m\n 03-04 09:00:00 message.posted g m").run();
    assert_eq!(run.brief(), ["03-04 09:00 g - r post done"]);
}

#[test]
fn events_of_one_time_come_in_the_order_of_the_log() {
    let rule = "rule r for member in group { on message.posted do dm \"{event.text else \"-\"}\" }";
    let run = World::new(rule).log(
        "03-04 08:00:00 message.posted g z text=one
         03-04 08:00:00 message.posted g a text=two
         03-04 08:00:00 message.posted g z text=three",
    );
    assert_eq!(run.run().texts(), ["one", "two", "three"]);
}

#[test]
fn an_event_is_handled_completely_before_the_next_of_the_same_time() {
    let rules = "rule mark for member in group { on message.posted do tag x }
      rule answer for member in group { on tag.added do dm \"{member.id}\" }
      tag x";
    let rules = rules.replace("answer for member in group", "answer for member");
    let run = World::new(&rules).log("03-04 08:00:00 message.posted g b\n 03-04 08:00:00 message.posted g a");
    let brief = run.run().brief();
    assert_eq!(
        brief,
        [
            "03-04 08:00 g b mark tag done",
            "03-04 08:00 - b answer dm done",
            "03-04 08:00 g a mark tag done",
            "03-04 08:00 - a answer dm done"
        ]
    );
}

#[test]
fn due_times_of_one_instant_come_by_creation_not_by_place() {
    let flows = "flow late for member in group { start on message.posted  after 10m do dm \"late\" }
      flow early for member in group { start on member.joined  after 20m do dm \"early\" }";
    let run = World::new(flows)
        .log("03-04 08:00:00 member.joined g m\n 03-04 08:10:00 message.posted g m")
        .until("03-04 09:00");
    assert_eq!(run.run().texts(), ["early", "late"]);
}

#[test]
fn steps_of_one_run_at_one_time_come_in_their_order() {
    let flow = "flow f for member in group { start on member.joined
      after 60m do dm \"one\"  after 1h do dm \"two\"  after 3600s do dm \"three\" }";
    let run = World::new(flow).log("03-04 08:00:00 member.joined g m").until("03-04 09:00").run();
    assert_eq!(run.texts(), ["one", "two", "three"]);
}

#[test]
fn a_run_started_first_steps_first_whatever_its_subject() {
    let flow = "flow f for member in group { start on member.joined  at 2024-03-05T09:00 do dm \"{member.id}\" }";
    let run = World::new(flow)
        .log("03-04 08:00:00 member.joined g z\n 03-04 08:00:00 member.joined g a")
        .until("03-06 00:00");
    assert_eq!(run.run().texts(), ["z", "a"]);
}

#[test]
fn a_step_comes_before_scheduled_items_whatever_the_file() {
    let flow = "flow f for member in group { start on member.joined  after 1h do tag x }\ntag x";
    let rule = "rule r for member in group { every day at 09:00 when member has x do dm \"seen\" }";
    let run = World::new("")
        .file("z.sop", flow)
        .file("b.sop", rule)
        .log("03-04 08:00:00 member.joined g m")
        .until("03-04 10:00");
    assert_eq!(run.run().brief(), ["03-04 09:00 g m f tag done", "03-04 09:00 g m r dm done"]);
}

#[test]
fn a_deferred_action_comes_before_the_schedule_of_its_instant() {
    let items = "calendar c for group { every day at 08:00 do post \"morning\" }
      rule r for group { on message.posted do post \"night\" }
      limit quiet for community { on post not between 22:00 and 08:00 else defer }";
    let run = World::new(items).log("03-04 23:00:00 message.posted g m").until("03-05 09:00").run();
    let done: Vec<_> = run.brief().into_iter().filter(|line| line.ends_with("done")).collect();
    assert_eq!(done, ["03-05 08:00 g - r post done", "03-05 08:00 g - c post done"]);
}

#[test]
fn segments_come_before_metrics_and_metrics_before_rules() {
    let items = "tag x
      rule seen for group { every day at 00:00 when group.marked == 1 do post \"seen\" }
      metric marked for group every day at 00:00 = count(members where member has x)
      rule entered for member in group { on segment.entered when event.segment is quiet do tag x }
      segment quiet for member in group when never(message.posted, today)";
    let run = World::new(items).log("03-04 08:00:00 message.posted g m").until("03-05 00:00").run();
    assert_eq!(run.brief(), ["03-05 00:00 g m entered tag done", "03-05 00:00 g - seen post done"]);
}

#[test]
fn tiers_are_reviewed_before_the_metrics_of_the_instant() {
    let items = "tiers t for member { tier low  tier high when exists(message.posted, last 1d)
        review every day at 04:00  demote after 1 reviews }
      metric high for community every day at 04:00 = count(members where member.t is high)
      rule seen for community { on metric.high do emit told { n: event.value } }
      event told for community { n: number }";
    let run = World::new(items).log("03-04 08:00:00 message.posted g m").until("03-06 04:00").run();
    assert_eq!(run.args("seen", "n"), ["1", "0"]);
}

#[test]
fn a_metric_read_at_its_instant_shows_the_new_sample() {
    let items = "metric posts for group every day at 09:00 = count(message.posted)
      rule r for group { every day at 09:00 do post \"{group.posts else 99}\" }";
    let run = World::new("")
        .file("0.sop", items)
        .log("03-04 08:00:00 message.posted g m\n 03-04 10:00:00 message.posted g m")
        .until("03-05 09:00");
    assert_eq!(run.run().texts(), ["1", "2"]);
}

#[test]
fn a_metric_is_unknown_before_its_first_sample() {
    let items = "metric posts for group every day at 09:00 = count(message.posted)
      rule r for group { on message.posted do post \"{group.posts else 99}\" }";
    let run = World::new(items).log("03-04 08:00:00 message.posted g m\n 03-04 10:00:00 message.posted g m");
    assert_eq!(run.run().texts(), ["99", "1"]);
}

#[test]
fn a_metric_does_not_count_the_event_of_its_instant() {
    let items = "metric posts for group every day at 09:00 = count(message.posted)
      rule r for group { on metric.posts do post \"{event.value}\" }";
    let run = World::new(items).log("03-04 08:00:00 message.posted g m\n 03-04 09:00:00 message.posted g m");
    assert_eq!(run.run().texts(), ["1"]);
}

#[test]
fn metrics_of_one_instant_come_by_position() {
    let items = "metric before for group every day at 09:00 = (group.base else 50) + 1
      metric base for group every day at 09:00 = count(message.posted)
      metric later for group every day at 09:00 = (group.base else 50) + 1
      rule b for group { on metric.before do post \"{event.value}\" }
      rule l for group { on metric.later do post \"{event.value}\" }";
    let run = World::new(items).log("03-04 08:00:00 message.posted g m").until("03-04 09:00").run();
    assert_eq!(run.texts(), ["51", "2"]);
}

#[test]
fn scheduled_items_of_one_instant_come_by_file_name_then_position() {
    let second = "rule b1 for group { every day at 09:00 do post \"b1\" }
      calendar b2 for group { every day at 09:00 do post \"b2\" }
      rule b3 for group { every 3h do post \"b3\" }";
    let first = "calendar a9 for group { every monday at 09:00 do post \"a9\" }";
    let run = World::new("")
        .file("b.sop", second)
        .file("aa.sop", first)
        .log("03-04 08:00:00 message.posted g m")
        .until("03-04 09:00");
    assert_eq!(run.run().texts(), ["a9", "b1", "b2", "b3"]);
}

#[test]
fn a_later_scheduled_item_sees_the_effects_of_an_earlier_one() {
    let items = "tag x
      rule first for member in group { every day at 09:00 when member has x do dm \"early\" }
      rule mark for member in group { every day at 09:00 do tag x }
      rule last_one for member in group { every day at 09:00 when member has x do dm \"late\" }";
    let run = World::new(items).log("03-04 08:00:00 message.posted g m").until("03-04 09:00").run();
    assert_eq!(run.texts(), ["late"]);
}

#[test]
fn the_cascade_of_a_scheduled_item_runs_before_the_next_item() {
    let items = "tag x, y
      rule mark for member in group { every day at 09:00 do tag x }
      rule follow for member { on tag.added when event.tag is x do tag y }
      rule see for member in group { every day at 09:00 when member has y do dm \"late\" }";
    let run = World::new(items).log("03-04 08:00:00 message.posted g m").until("03-04 09:00").run();
    assert_eq!(run.texts(), ["late"]);
}

#[test]
fn the_subjects_of_a_scheduled_item_come_in_order_of_id() {
    let rule = "rule r for member in group { every day at 09:00 do dm \"{member.id}\" }";
    let run = World::new(rule)
        .log(
            "03-04 08:00:00 message.posted g c\n 03-04 08:00:00 message.posted g a\n 03-04 08:00:00 message.posted g b",
        )
        .until("03-04 09:00");
    assert_eq!(run.run().texts(), ["a", "b", "c"]);
}

#[test]
fn the_groups_of_a_calendar_come_in_order_of_id() {
    let rule = "calendar c for group { every day at 09:00 do post \"{group.id}\" }";
    let run = World::new(rule)
        .log("03-04 08:00:00 message.posted gz a\n 03-04 08:00:00 message.posted ga b")
        .until("03-04 09:00");
    assert_eq!(run.run().texts(), ["ga", "gz"]);
}

#[test]
fn all_subjects_of_a_scheduled_item_are_one_input() {
    let items = "tag x
      rule r for member in group { every day at 09:00 when count(members where member has x) == 0 do tag x }";
    let run = World::new(items)
        .log("03-04 08:00:00 message.posted g a\n 03-04 08:00:00 message.posted g b")
        .until("03-04 09:00");
    assert_eq!(run.run().brief(), ["03-04 09:00 g a r tag done", "03-04 09:00 g b r tag done"]);
}

#[test]
fn two_schedules_of_one_rule_at_one_instant_are_one_input() {
    let rule = "rule r for group { every day at 09:00  every monday at 09:00  do post \"x\" }";
    let run = World::new(rule).log("03-04 08:00:00 message.posted g m").until("03-05 10:00").run();
    assert_eq!(run.times("r"), ["03-04 09:00", "03-05 09:00"]);
}

#[test]
fn rows_of_a_calendar_come_in_their_order() {
    let items = "calendar c for group { every weekday at 09:00 do post \"one\"  every day at 09:00 do post \"two\" }";
    let run = World::new(items).log("03-04 08:00:00 message.posted g m").until("03-04 09:00").run();
    assert_eq!(run.texts(), ["one", "two"]);
}

#[test]
fn one_firing_takes_its_top_over_all_subjects_of_the_instant() {
    let rule = "rule r for member in group { every day at 09:00 top 1 by count(message.posted) per community do dm \"{member.id}\" }";
    let run = World::new(rule)
        .log(
            "03-04 08:00:00 message.posted g a\n 03-04 08:00:00 message.posted h b\n 03-04 08:00:00 message.posted h b",
        )
        .until("03-04 09:00");
    assert_eq!(run.run().texts(), ["b"]);
}

#[test]
fn a_task_falls_overdue_before_the_report_that_sets_it_done_at_that_time() {
    let items = "role admin
      rule r for group { on message.posted do task \"look\" for admin due 1h }
      rule late for group { on task.overdue do post \"late\" }";
    let run = World::new(items).log("03-04 08:00:00 message.posted g m").run();
    let id = run.out.decisions[0].id.to_string();
    let run = run.and_log(&format!("03-04 09:00:00 task.done g - task={id}"));
    assert_eq!(run.texts(), ["late"]);
}

#[test]
fn every_timer_up_to_the_end_fires_and_none_after() {
    let rule = "rule r for group { every 1h do post \"x\" }";
    let run = World::new(rule).log("03-04 08:30:00 message.posted g m").until("03-04 11:00").run();
    assert_eq!(run.times("r"), ["03-04 09:00", "03-04 10:00", "03-04 11:00"]);
}

#[test]
fn timers_stop_at_the_last_event() {
    let rule = "rule r for group { every 1h do post \"x\" }";
    let run = World::new(rule).log("03-04 08:30:00 message.posted g m\n 03-04 09:59:59 message.posted g m").run();
    assert_eq!(run.times("r"), ["03-04 09:00"]);
}

#[test]
fn the_schedule_of_the_first_instant_comes_before_its_event() {
    let items = "metric posts for community every day at 09:00 = count(message.posted by community)
      rule r for community { on metric.posts do told(event.value) }
      action told(n: number)";
    let run = World::new(items).log("03-04 09:00:00 message.posted g m").until("03-05 10:00").run();
    assert_eq!(run.args("r", "n"), ["0", "1"]);
}

#[test]
fn the_steps_of_a_run_are_created_with_the_run() {
    let items = "flow one for member in group { start on message.posted  after 10m do tag x  after 1h do dm \"one\" }
      flow two for member in group { start on checkin.done  after 55m do dm \"two\" }
      tag x";
    let run = World::new(items)
        .log("03-04 08:00:00 message.posted g m\n 03-04 08:05:00 checkin.done g m")
        .until("03-04 09:00");
    assert_eq!(run.run().texts(), ["one", "two"]);
}

#[test]
fn tasks_and_steps_of_one_instant_come_by_creation() {
    let items = "role admin
      rule r for member in group { on message.posted do task \"t\" for admin due 1h }
      rule late for member in group { on task.overdue do dm \"late\" }
      flow f for member in group { start on checkin.done  at 2024-03-04T09:00 do dm \"step\" }";
    let task_first = World::new(items).log("03-04 08:00:00 message.posted g m\n 03-04 08:05:00 checkin.done g m");
    assert_eq!(task_first.until("03-04 09:00").run().texts(), ["late", "step"]);
    let step_first = World::new(items).log("03-04 07:55:00 checkin.done g m\n 03-04 08:00:00 message.posted g m");
    assert_eq!(step_first.until("03-04 09:00").run().texts(), ["step", "late"]);
}

#[test]
fn silences_and_steps_of_one_instant_come_by_creation() {
    let items = "rule quiet for member in group { on no message.posted for 1h do dm \"quiet\" }
      flow f for member in group { start on checkin.done  at 2024-03-04T09:00 do dm \"step\" }";
    let texts = |log: &str| World::new(items).log(log).until("03-04 09:00").run().texts();
    assert_eq!(texts("03-04 07:30:00 checkin.done g m\n 03-04 08:00:00 message.posted g m"), ["step", "quiet"]);
    assert_eq!(texts("03-04 08:00:00 message.posted g m\n 03-04 08:30:00 checkin.done g m"), ["quiet", "step"]);
}

#[test]
fn a_step_at_midnight_comes_before_the_tests_of_midnight() {
    let items = "tag x
      flow f for member in group { start on message.posted  day 2 at 00:00 do tag x }
      segment marked for member in group when member has x and never(message.posted, today)
      rule r for member in group { on segment.entered do dm \"in\" }";
    let run = World::new(items).log("03-04 08:00:00 message.posted g m").until("03-05 00:00").run();
    assert_eq!(run.times("r"), ["03-05 00:00"]);
}

#[test]
fn midnight_tests_come_before_the_samples_of_midnight() {
    let items = "segment quiet for member in group when never(message.posted, last 1d)
      metric calm for group every day at 00:00 = count(segment.entered where segment is quiet)
      rule r for group { on metric.calm do post \"{event.value}\" }";
    let run = World::new(items).log("03-04 00:00:00 message.posted g m").until("03-05 00:00").run();
    assert_eq!(run.texts(), ["1"]);
}

#[test]
fn an_expiry_and_a_step_of_one_instant_come_by_creation() {
    let items = "role owner
      rule r for member in group { on message.posted do remove needs approval by owner within 1h else proceed }
      flow f for member in group { start on checkin.done  at 2024-03-04T09:00 do dm \"{group.size}\" }";
    let held_first = "03-04 08:00:00 message.posted g m\n 03-04 08:30:00 checkin.done g n";
    assert_eq!(World::new(items).log(held_first).until("03-04 09:00").run().texts(), ["1"]);
    let step_first = "03-04 07:30:00 checkin.done g n\n 03-04 08:00:00 message.posted g m";
    assert_eq!(World::new(items).log(step_first).until("03-04 09:00").run().texts(), ["2"]);
}

#[test]
fn what_a_schedule_starts_comes_before_the_next_item_of_its_instant() {
    let items = "tag x
      flow f for member in group { at once do tag x }
      rule a for member in group { every day at 09:00 do start f }
      rule b for member in group { every day at 09:00 when member has x do dm \"seen\" }";
    let run = World::new(items).log("03-04 08:00:00 message.posted g m").until("03-04 09:00").run();
    assert_eq!(run.texts(), ["seen"]);
}

#[test]
fn what_one_event_puts_down_comes_in_the_order_of_items() {
    let rules = "rule a for member in group { on no link.clicked for 1h  do dm \"a\" }
      rule b for member { on no checkin.done for 1h  do dm \"b\" }
      rule c for group { on no reaction.added for 1h  do post \"c\" }";
    let run = World::new(rules).log("03-04 08:00 message.posted g m").until("03-04 10:00").run();
    assert_eq!(run.texts(), ["a", "b", "c"]);
}

#[test]
fn a_silence_that_begins_anew_is_put_down_anew() {
    let rule = "rule r for member in group { on no message.posted for 1h  do dm \"{member.id}\" }";
    let log = "03-04 08:00 message.posted g m\n03-04 08:00 message.posted g n\n03-04 08:00 message.posted g m";
    assert_eq!(World::new(rule).log(log).until("03-04 10:00").run().texts(), ["n", "m"]);
}
