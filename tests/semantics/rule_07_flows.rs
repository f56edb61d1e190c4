//! Rule 7, flows: one run at a time, the anchor and what moves it, steps missed or passed over, how a run ends.

use crate::world::World;

/// Every start, end and how, of flows for a membership.
const ENDS: &str = r#"
rule started for member in group { on flow.started  do dm "{event.flow}" }
rule ended for member in group { on flow.ended  do dm "{event.flow} {event.how}" }
"#;

/// One step an hour after the first message.
const HOUR: &str = r#"
flow f for member in group {
  start on message.posted
  after 1h  do dm "step"
}
"#;

const LIVE: &str = r#"
flow live for group per event.live {
  start  on live.scheduled
  update on live.moved
  stop   on live.cancelled
  anchor event.starts_at
  at -2h  do post "soon {event.topic}"
  at 0    do post "now {event.topic}"
  at +1h  do post "thanks {event.topic}"
}
"#;

fn with_ends(flow: &str) -> World {
    World::new(&format!("{flow}{ENDS}"))
}

#[test]
fn a_start_while_it_runs_is_ignored_and_after_its_end_it_may_start_again() {
    let run = World::new(HOUR).log(
        "03-04 08:00 message.posted g m
         03-04 08:30 message.posted g m
         03-04 09:10 message.posted g m",
    );
    assert_eq!(run.until("03-05 00:00").run().times("f"), ["03-04 09:00", "03-04 10:10"]);
}

#[test]
fn each_subject_has_its_own_run() {
    let run = World::new(HOUR).log(
        "03-04 08:00 message.posted g m
         03-04 08:10 message.posted g n
         03-04 08:20 message.posted h m",
    );
    let lines = ["03-04 09:00 g m dm done", "03-04 09:10 g n dm done", "03-04 09:20 h m dm done"];
    assert_eq!(run.until("03-05 00:00").run().of("f"), lines);
}

#[test]
fn each_per_key_has_its_own_run() {
    let run = World::new(LIVE).log(
        "03-04 08:00 live.scheduled g - live=a topic=A starts_at=@03-04T20:00
         03-04 08:00 live.scheduled g - live=b topic=B starts_at=@03-04T21:00
         03-04 08:00 live.scheduled g - live=a topic=C starts_at=@03-04T22:00
         03-04 09:00 live.cancelled g - live=b",
    );
    assert_eq!(run.until("03-05 00:00").run().texts(), ["soon A", "now A", "thanks A"]);
}

#[test]
fn an_event_without_the_per_field_does_not_act() {
    let flow = "flow f for group per event.text_hash { start on message.posted  at once do post \"x\" }";
    let run = World::new(flow).log("03-04 08:00 message.posted g m\n03-04 08:01 message.posted g m text_hash=t");
    assert_eq!(run.run().of("f"), ["03-04 08:01 g - post done"]);
}

#[test]
fn the_per_field_must_exist_in_every_event_of_the_flow() {
    let flow =
        "flow f for group per event.live { start on live.scheduled  stop on group.closed  at once do post \"x\" }";
    assert!(World::new(flow).refused().contains("live"));
}

#[test]
fn once_forbids_a_second_run_of_the_subject_for_ever() {
    let flow = "flow f for member in group { start on message.posted  once  after 1h do dm \"x\" }";
    let run = World::new(flow).log(
        "03-04 08:00 message.posted g m
         03-09 08:00 message.posted g m
         03-09 08:00 message.posted g n",
    );
    assert_eq!(run.until("03-20").run().of("f"), ["03-04 09:00 g m dm done", "03-09 09:00 g n dm done"]);
}

#[test]
fn once_per_counts_from_the_start_of_the_run() {
    let flow = "flow f for member in group { start on message.posted  once per 1d  after 1h do dm \"x\" }";
    let run = World::new(flow).log(
        "03-04 08:00:00 message.posted g m
         03-05 07:59:59 message.posted g m
         03-05 08:00:00 message.posted g m",
    );
    assert_eq!(run.until("03-06").run().times("f"), ["03-04 09:00", "03-05 09:00"]);
}

#[test]
fn once_counts_for_each_per_key() {
    let flow = "flow f for group per event.live { start on live.scheduled  once  at once do post \"{event.live}\" }";
    let run = World::new(flow).log(
        "03-04 08:00 live.scheduled g - live=a topic=A starts_at=@03-04T20:00
         03-04 09:00 live.scheduled g - live=b topic=B starts_at=@03-04T20:00
         03-04 10:00 live.scheduled g - live=a topic=A starts_at=@03-04T20:00",
    );
    assert_eq!(run.run().texts(), ["a", "b"]);
}

#[test]
fn a_restart_opens_all_steps_again() {
    let flow = "flow f for member in group {
        start on member.joined  restart on message.posted
        at once do dm \"a\"  after 1h do dm \"b\"
    }";
    let run = with_ends(flow).log("03-04 08:00 member.joined g m\n03-04 08:30 message.posted g m");
    let run = run.until("03-05").run();
    let said = ["a", "f", "f restarted", "a", "f", "b", "f finished"];
    let mut texts = run.texts();
    texts.sort();
    let mut sorted = said;
    sorted.sort_unstable();
    assert_eq!(texts, sorted);
    assert_eq!(run.times("f"), ["03-04 08:00", "03-04 08:30", "03-04 09:30"]);
}

#[test]
fn the_event_of_a_restarted_run_is_the_one_that_restarted_it() {
    let flow = "flow f for group per event.live {
        start on live.scheduled  restart on live.moved  anchor event.starts_at
        at 0 do post \"{event.topic}\"
    }";
    let run = World::new(flow).log(
        "03-04 08:00 live.scheduled g - live=a topic=old starts_at=@03-04T20:00
         03-04 09:00 live.moved g - live=a topic=new starts_at=@03-04T22:00",
    );
    let run = run.until("03-05").run();
    assert_eq!(run.of("f"), ["03-04 22:00 g - post done"]);
    assert_eq!(run.texts(), ["new"]);
}

#[test]
fn for_one_event_stop_comes_before_start() {
    let flow = "flow f for member in group {
        start on message.posted  stop on message.posted
        after 1h do dm \"x\"
    }";
    let run = with_ends(flow).log("03-04 08:00 message.posted g m\n03-04 08:30 message.posted g m");
    let run = run.until("03-05").run();
    assert_eq!(run.times("started"), ["03-04 08:00", "03-04 08:30"]);
    assert_eq!(run.texts().last().unwrap(), "f finished");
    assert_eq!(run.times("f"), ["03-04 09:30"]);
}

#[test]
fn for_one_event_update_comes_before_start_which_is_then_ignored() {
    let flow = "flow f for group per event.live {
        start on live.scheduled  update on live.scheduled  anchor event.starts_at
        at 0 do post \"{event.topic}\"
    }";
    let run = World::new(flow).log(
        "03-04 08:00 live.scheduled g - live=a topic=A starts_at=@03-04T20:00
         03-04 09:00 live.scheduled g - live=a topic=B starts_at=@03-04T21:00",
    );
    let run = run.until("03-05").run();
    assert_eq!(run.texts(), ["B"]);
    assert_eq!(run.times("f"), ["03-04 21:00"]);
}

#[test]
fn for_one_event_stop_comes_before_update() {
    let flow = "flow f for group per event.live {
        start on live.scheduled  update on live.moved  stop on live.moved  anchor event.starts_at
        at 0 do post \"{event.topic}\"
    }";
    let run = World::new(flow).log(
        "03-04 08:00 live.scheduled g - live=a topic=A starts_at=@03-04T20:00
         03-04 09:00 live.moved g - live=a topic=B starts_at=@03-04T21:00",
    );
    assert!(run.until("03-05").run().brief().is_empty());
}

#[test]
fn for_one_event_restart_comes_before_start_which_is_then_ignored() {
    let flow = "flow f for member in group {
        start on message.posted  restart on message.posted
        after 1h do dm \"x\"
    }";
    let run = with_ends(flow).log("03-04 08:00 message.posted g m\n03-04 08:30 message.posted g m");
    let run = run.until("03-05").run();
    assert_eq!(run.times("started"), ["03-04 08:00", "03-04 08:30"]);
    assert_eq!(run.times("ended"), ["03-04 08:30", "03-04 09:30"]);
}

#[test]
fn conditions_of_start_and_stop_are_asked() {
    let flow = "flow f for member in group {
        start on message.posted when event.links > 0
        stop  on message.posted when event.images > 0
        after 1h do dm \"x\"
    }";
    let run = World::new(flow).log(
        "03-04 08:00 message.posted g m
         03-04 08:10 message.posted g m links=1
         03-04 08:20 message.posted g m
         03-04 08:10 message.posted g n links=1
         03-04 08:20 message.posted g n images=1",
    );
    assert_eq!(run.until("03-05").run().of("f"), ["03-04 09:10 g m dm done"]);
}

#[test]
fn the_head_narrows_the_subjects() {
    let flow = "kind lead, vip
    flow f for member in group where group is vip { start on member.joined  at once do dm \"x\" }";
    let run = World::new(flow).log(
        "03-04 08:00 group.created g - group_kind=lead
         03-04 08:00 group.created h - group_kind=vip
         03-04 08:10 member.joined g m
         03-04 08:20 member.joined h m",
    );
    assert_eq!(run.run().of("f"), ["03-04 08:20 h m dm done"]);
}

#[test]
fn steps_count_from_the_anchor() {
    let run = World::new(LIVE).log("03-04 08:00 live.scheduled g - live=a topic=A starts_at=@03-04T20:00");
    assert_eq!(run.until("03-05").run().times("live"), ["03-04 18:00", "03-04 20:00", "03-04 21:00"]);
}

#[test]
fn a_step_in_the_past_at_the_start_is_missed_at_that_moment() {
    let run = World::new(LIVE).log("03-04 19:00 live.scheduled g - live=a topic=A starts_at=@03-04T20:00");
    let lines =
        ["03-04 19:00 g - post missed (step in the past)", "03-04 20:00 g - post done", "03-04 21:00 g - post done"];
    assert_eq!(run.until("03-05").run().of("live"), lines);
}

#[test]
fn a_step_at_the_very_moment_of_the_start_is_done() {
    let run = World::new(LIVE).log("03-04 18:00 live.scheduled g - live=a topic=A starts_at=@03-04T20:00");
    assert_eq!(run.until("03-05").run().times("live"), ["03-04 18:00", "03-04 20:00", "03-04 21:00"]);
}

#[test]
fn a_run_whose_steps_are_all_in_the_past_ends_at_once() {
    let flow = "flow f for group per event.live {
        start on live.scheduled  anchor event.starts_at  at -2h do post \"x\"
    }
    rule ended for group { on flow.ended  do post \"{event.how}\" }";
    let run = World::new(flow).log("03-04 19:00 live.scheduled g - live=a topic=A starts_at=@03-04T20:00").run();
    assert_eq!(run.of("f"), ["03-04 19:00 g - post missed (step in the past)"]);
    assert_eq!(run.args("ended", "text"), ["finished"]);
}

#[test]
fn an_update_moves_the_steps_still_ahead_and_replaces_the_event() {
    let run = World::new(LIVE).log(
        "03-04 08:00 live.scheduled g - live=a topic=A starts_at=@03-04T20:00
         03-04 19:00 live.moved g - live=a topic=B starts_at=@03-05T20:00",
    );
    let run = run.until("03-06").run();
    assert_eq!(run.times("live"), ["03-04 18:00", "03-05 20:00", "03-05 21:00"]);
    assert_eq!(run.texts(), ["soon A", "now B", "thanks B"]);
}

#[test]
fn a_step_that_is_in_the_past_after_a_move_is_missed_at_the_move() {
    let run = World::new(LIVE).log(
        "03-04 08:00 live.scheduled g - live=a topic=A starts_at=@03-04T20:00
         03-04 09:00 live.moved g - live=a topic=B starts_at=@03-04T10:00",
    );
    let lines =
        ["03-04 09:00 g - post missed (step in the past)", "03-04 10:00 g - post done", "03-04 11:00 g - post done"];
    assert_eq!(run.until("03-06").run().of("live"), lines);
}

#[test]
fn a_step_done_is_never_done_again_nor_missed_by_a_move() {
    let run = World::new(LIVE).log(
        "03-04 08:00 live.scheduled g - live=a topic=A starts_at=@03-04T10:00
         03-04 09:00 live.moved g - live=a topic=B starts_at=@03-04T09:30
         03-04 09:10 live.moved g - live=a topic=C starts_at=@03-05T10:00",
    );
    assert_eq!(run.until("03-06").run().times("live"), ["03-04 08:00", "03-05 10:00", "03-05 11:00"]);
}

#[test]
fn an_update_that_meets_no_run_does_nothing() {
    let run = World::new(LIVE).log("03-04 08:00 live.moved g - live=a topic=A starts_at=@03-04T20:00");
    assert!(run.until("03-06").run().brief().is_empty());
}

#[test]
fn an_update_meets_the_run_of_its_key_only() {
    let run = World::new(LIVE).log(
        "03-04 08:00 live.scheduled g - live=a topic=A starts_at=@03-04T20:00
         03-04 08:00 live.scheduled g - live=b topic=B starts_at=@03-04T20:00
         03-04 19:00 live.moved g - live=b topic=C starts_at=@03-05T20:00
         03-04 20:30 live.cancelled g - live=a",
    );
    assert_eq!(run.until("03-06").run().texts(), ["soon A", "soon B", "now A", "now C", "thanks C"]);
}

#[test]
fn a_stop_at_the_very_time_of_a_step_comes_after_it() {
    let run = World::new(LIVE).log(
        "03-04 08:00 live.scheduled g - live=a topic=A starts_at=@03-04T20:00
         03-04 20:00 live.cancelled g - live=a",
    );
    assert_eq!(run.until("03-06").run().texts(), ["soon A", "now A"]);
}

#[test]
fn steps_of_one_time_come_in_the_order_of_the_flow() {
    let flow = "flow f for member in group {
        start on message.posted
        after 60m do dm \"a\"  after 1h do dm \"b\"  day 1 at 09:00 do dm \"c\"
    }";
    let run = World::new(flow).log("03-04 08:00 message.posted g m");
    assert_eq!(run.until("03-05").run().texts(), ["a", "b", "c"]);
}

const GOAL: &str = "
tag good
flow f for member in group {
  start on member.joined
  goal when count(message.posted) >= 2
  after 1d do dm \"nudge\"
}";

#[test]
fn a_goal_is_reached_when_an_event_arrives_that_it_names() {
    let run = with_ends(GOAL).log(
        "03-04 08:00 member.joined g m
         03-04 08:10 message.posted g m
         03-04 08:20 message.posted g m",
    );
    let run = run.until("03-06").run();
    assert_eq!(run.of("ended"), ["03-04 08:20 g m dm done"]);
    assert_eq!(run.texts(), ["f", "f goal"]);
}

#[test]
fn a_goal_is_tested_at_local_midnight() {
    let flow = "flow f for member in group {
        start on member.joined  goal when now.date >= 2024-03-06  after 30d do dm \"x\"
    }";
    let run = with_ends(flow).log("03-04 08:00 member.joined g m").until("03-07").run();
    assert_eq!(run.of("ended"), ["03-06 00:00 g m dm done"]);
}

#[test]
fn a_goal_is_tested_right_before_a_step() {
    let flow = "flow f for member in group {
        start on member.joined  goal when since(member.joined) >= 30m  after 1h do dm \"x\"
    }";
    let run = with_ends(flow).log("03-04 08:00 member.joined g m").until("03-07").run();
    assert!(run.of("f").is_empty());
    assert_eq!(run.of("ended"), ["03-04 09:00 g m dm done"]);
}

#[test]
fn a_goal_reached_before_the_start_ends_the_run_before_its_first_step() {
    let run = with_ends(&GOAL.replace("after 1d", "at once")).log(
        "03-04 08:00 message.posted g m
         03-04 08:10 message.posted g m
         03-04 08:20 member.joined g m",
    );
    assert_eq!(run.run().texts(), ["f", "f goal"]);
}

#[test]
fn a_goal_that_names_no_event_waits_for_midnight_or_a_step() {
    let flow = "tag good
    flow f for member in group { start on member.joined  goal when member has good  after 1d do dm \"x\" }
    rule praise for member in group { on message.posted  do tag good }";
    let run = with_ends(flow).log("03-04 08:00 member.joined g m\n03-04 09:00 message.posted g m").until("03-06").run();
    assert_eq!(run.of("ended"), ["03-05 00:00 g m dm done"]);
    assert!(run.of("f").is_empty());
}

#[test]
fn a_step_whose_condition_is_not_true_is_passed_over_in_silence() {
    let flow = "flow f for member in group {
        start on message.posted
        at once   when event.links > 0  do dm \"false\"
        at once   when event.length > 0  do dm \"unknown\"
        after 1h  do dm \"last\"
    }";
    let run = World::new(flow).log("03-04 08:00 message.posted g m").until("03-06").run();
    assert_eq!(run.brief(), ["03-04 09:00 g m f dm done"]);
}

#[test]
fn the_condition_of_a_step_is_asked_at_its_time() {
    let flow = "flow f for member in group {
        start on member.joined
        after 1h when never(message.posted) do dm \"early\"
        after 2h when exists(message.posted, since start) do dm \"late\"
    }";
    let run =
        World::new(flow).log("03-04 08:00 member.joined g m\n03-04 09:30 message.posted g m").until("03-06").run();
    assert_eq!(run.texts(), ["early", "late"]);
}

#[test]
fn day_one_is_the_date_of_the_anchor() {
    let flow = "flow f for member in group {
        start on member.joined
        day 1 at 09:00  do dm \"too early\"
        day 1 at 21:00  do dm \"a\"
        day 3 at 07:00  do dm \"b\"
    }";
    let run = World::new(flow).log("03-04 20:00 member.joined g m").until("03-10").run();
    let lines = ["03-04 20:00 g m dm missed (step in the past)", "03-04 21:00 g m dm done", "03-06 07:00 g m dm done"];
    assert_eq!(run.of("f"), lines);
}

#[test]
fn day_n_follows_the_anchor_in_local_time() {
    let flow = "flow f for group per event.live {
        start on live.scheduled  anchor event.starts_at
        day 1 at 12:00 do post \"a\"  day 2 at 12:00 do post \"b\"
    }";
    let run = World::new(flow).log("03-04 08:00 live.scheduled g - live=a topic=A starts_at=@03-09T00:30");
    assert_eq!(run.until("03-20").run().times("f"), ["03-09 12:00", "03-10 12:00"]);
}

#[test]
fn a_step_may_have_a_fixed_time() {
    let flow = "flow f for member in group {
        start on member.joined  at 2024-03-05T10:00 do dm \"x\"
    }";
    let run = World::new(flow).log("03-04 08:00 member.joined g m\n03-06 08:00 member.joined g n").run();
    assert_eq!(run.of("f"), ["03-05 10:00 g m dm done", "03-06 08:00 g n dm missed (step in the past)"]);
}

const TASKS: &str = r#"
role owner
flow f for group per event.live {
  start  on live.scheduled
  update on live.moved
  stop   on live.cancelled
  anchor event.starts_at
  at -5d       do task a "A" for owner due 1d
  at -4d       do task b "B" for owner due 1d
  after a, b   do post "both"
}
"#;
const SCHEDULED: &str = "03-01 08:00 live.scheduled g - live=l topic=A starts_at=@03-11T20:00\n";

#[test]
fn after_tasks_comes_when_the_last_of_them_is_done() {
    let run = World::new(TASKS).log(SCHEDULED).log(
        "03-06 21:00 task.done g - name=a
         03-07 21:00 task.done g - name=b",
    );
    assert_eq!(run.run().of("f")[2..], ["03-07 21:00 g - post done"]);
}

#[test]
fn after_tasks_comes_in_whatever_order_they_are_done() {
    let run = World::new(TASKS).log(SCHEDULED).until("03-07 22:00").run();
    let (a, b) = (run.id("f", 0), run.id("f", 1));
    let run = run.and_log(&format!("03-07 22:00 task.done g - task={b}\n03-07 23:00 task.done g - task={a}"));
    assert_eq!(run.of("f")[2..], ["03-07 23:00 g - post done"]);
}

#[test]
fn after_tasks_does_not_come_while_one_is_open_or_not_yet_given() {
    let run = World::new(TASKS).log(SCHEDULED).log("03-06 21:00 task.done g - name=a");
    assert_eq!(run.until("03-20").run().times("f"), ["03-06 20:00", "03-07 20:00"]);
}

#[test]
fn tasks_of_another_run_do_not_count() {
    let run =
        World::new(TASKS).log(SCHEDULED).log("03-02 08:00 live.scheduled g - live=k topic=A starts_at=@03-12T20:00");
    let run = run.until("03-08 21:00").run();
    assert_eq!(run.times("f"), ["03-06 20:00", "03-07 20:00", "03-07 20:00", "03-08 20:00"]);
    let done = [0, 3].map(|n| format!("03-09 08:00 task.done g - task={}\n", run.id("f", n))).concat();
    assert_eq!(run.and_log(&done).of("f").len(), 4);
}

#[test]
fn a_run_waits_for_its_tasks_until_it_is_stopped() {
    let run = World::new(TASKS).log(SCHEDULED).log("03-30 08:00 live.cancelled g - live=l");
    let lines = ["03-30 08:00 g - task dropped (flow ended)", "03-30 08:00 g - task dropped (flow ended)"];
    assert_eq!(run.run().of("f")[2..], lines);
}

const DUE: &str = r#"
role owner
flow f for group per event.live {
  start  on live.scheduled
  update on live.moved
  stop   on live.cancelled
  anchor event.starts_at
  at -9d  do task prep "P" for owner due at -3d  otherwise do post "late {event.topic}"
  at 0    do post "now"
}
rule overdue for group { on task.overdue  do post "{event.title}" }
"#;

#[test]
fn a_task_due_at_an_offset_is_due_by_the_anchor() {
    let run = World::new(DUE)
        .log("03-02 20:00 live.scheduled g - live=l topic=A starts_at=@03-11T20:00")
        .until("03-20")
        .run();
    assert_eq!(run.of("f")[..2], ["03-02 20:00 g - task done", "03-08 20:00 g - post done"]);
    assert_eq!(run.times("overdue"), ["03-08 20:00"]);
}

#[test]
fn a_task_due_at_an_offset_moves_with_the_anchor() {
    let run = World::new(DUE).log(
        "03-02 20:00 live.scheduled g - live=l topic=A starts_at=@03-11T20:00
         03-05 08:00 live.moved g - live=l topic=B starts_at=@03-13T20:00",
    );
    let run = run.until("03-20").run();
    assert_eq!(run.times("f"), ["03-02 20:00", "03-10 20:00", "03-13 20:00"]);
    assert_eq!(run.texts(), ["late B", "P", "now"]);
    assert_eq!(run.times("overdue"), ["03-10 20:00"]);
}

#[test]
fn a_task_done_in_time_is_not_overdue() {
    let run = World::new(DUE).log(
        "03-02 20:00 live.scheduled g - live=l topic=A starts_at=@03-11T20:00
         03-08 19:59:59 task.done g - name=prep",
    );
    assert_eq!(run.until("03-20").run().texts(), ["now"]);
}

#[test]
fn a_task_done_at_the_very_time_is_overdue_since_timers_come_first() {
    let run = World::new(DUE).log(
        "03-02 20:00 live.scheduled g - live=l topic=A starts_at=@03-11T20:00
         03-08 20:00:00 task.done g - name=prep",
    );
    assert_eq!(run.until("03-20").run().texts(), ["late A", "P", "now"]);
}

#[test]
fn a_stop_withdraws_open_tasks_so_that_they_are_never_overdue() {
    let run = World::new(DUE).log(
        "03-02 20:00 live.scheduled g - live=l topic=A starts_at=@03-11T20:00
         03-05 08:00 live.cancelled g - live=l",
    );
    let run = run.until("03-20").run();
    assert_eq!(run.brief(), ["03-02 20:00 g - f task done", "03-05 08:00 g - f task dropped (flow ended)"]);
    assert_eq!(run.id("f", 0), run.id("f", 1));
}

#[test]
fn a_task_that_is_done_is_not_withdrawn() {
    let run = World::new(DUE).log(
        "03-02 20:00 live.scheduled g - live=l topic=A starts_at=@03-11T20:00
         03-05 07:00 task.done g - name=prep
         03-05 08:00 live.cancelled g - live=l",
    );
    assert_eq!(run.run().brief(), ["03-02 20:00 g - f task done"]);
}

const NIGHT: &str = "
limit night for community { on dm  not between 22:00 and 08:00  else defer }
flow f for member in group {
  start on member.joined
  stop on member.left
  goal when count(message.posted) >= 1
  at once  do dm \"hello\"
  after 30d  do dm \"month\"
}";

#[test]
fn a_stop_drops_what_the_run_deferred() {
    let run = World::new(NIGHT).log("03-04 23:00 member.joined g m\n03-05 01:00 member.left g m").until("03-06").run();
    let lines = ["03-04 23:00 g m dm deferred (limit night)", "03-05 01:00 g m dm dropped (flow ended)"];
    assert_eq!(run.of("f"), lines);
    assert_eq!(run.id("f", 0), run.id("f", 1));
}

#[test]
fn a_goal_drops_what_the_run_deferred() {
    let run =
        World::new(NIGHT).log("03-04 23:00 member.joined g m\n03-05 01:00 message.posted g m").until("03-06").run();
    assert_eq!(run.of("f")[1..], ["03-05 01:00 g m dm dropped (flow ended)"]);
}

#[test]
fn a_run_that_came_to_its_last_step_drops_nothing() {
    let flow =
        NIGHT.replace("after 30d  do dm \"month\"", "at once do task \"T\" for owner due 1d otherwise do tag late");
    let run = World::new(&format!("role owner tag late {flow}"))
        .log("03-04 23:00 member.joined g m\n03-05 01:00 member.left g m");
    let lines = [
        "03-04 23:00 g m dm deferred (limit night)",
        "03-04 23:00 g m task done",
        "03-05 08:00 g m dm done",
        "03-05 23:00 g m tag done",
    ];
    assert_eq!(run.until("03-07").run().of("f"), lines);
}

#[test]
fn what_the_run_did_not_defer_is_not_dropped() {
    let rule = "rule r for member in group { on member.joined do dm \"by rule\" }";
    let run = World::new(&format!("{NIGHT}{rule}")).log("03-04 23:00 member.joined g m\n03-05 01:00 member.left g m");
    assert_eq!(run.until("03-06").run().times("r"), ["03-05 08:00"]);
}

#[test]
fn a_rule_starts_a_flow_with_arguments() {
    let flow = "flow f(word: text) for member in group { after 1h do dm \"{word}\" }
    rule r for member in group { on message.posted  do start f(\"hi {event.links}\") }";
    let run = World::new(flow).log("03-04 08:00 message.posted g m links=3").until("03-05").run();
    assert_eq!(run.brief(), ["03-04 08:00 g m r start done", "03-04 09:00 g m f dm done"]);
    assert_eq!(run.texts(), ["hi 3"]);
    assert_eq!(run.full("r"), ["start flow=f"]);
}

#[test]
fn starting_what_runs_and_stopping_what_does_not_change_nothing() {
    let flow = "flow f for member in group { after 1h do dm \"x\" }
    rule a for member in group { on message.posted  do start f }
    rule b for member in group { on reaction.added  do stop f }";
    let run = with_ends(flow).log(
        "03-04 08:00 reaction.added g m
         03-04 08:10 message.posted g m
         03-04 08:20 message.posted g m
         03-04 08:30 reaction.added g m",
    );
    let run = run.until("03-05").run();
    assert_eq!(run.of("a"), ["03-04 08:10 g m start done", "03-04 08:20 g m start skipped (no change)"]);
    assert_eq!(run.of("b"), ["03-04 08:00 g m stop skipped (no change)", "03-04 08:30 g m stop done"]);
    assert_eq!(run.of("ended"), ["03-04 08:30 g m dm done"]);
    assert_eq!(run.args("ended", "text"), ["f stopped"]);
}

#[test]
fn stop_flow_withdraws_tasks() {
    let flow = "role owner
    flow f for member in group { start on member.joined  at once do task \"T\" for owner due 3d  after 9d do dm \"x\" }
    rule b for member in group { on reaction.added  do stop f }";
    let run =
        World::new(flow).log("03-04 08:00 member.joined g m\n03-04 09:00 reaction.added g m").until("03-20").run();
    assert_eq!(run.of("f"), ["03-04 08:00 g m task done", "03-04 09:00 g m task dropped (flow ended)"]);
}

#[test]
fn a_flow_for_each_has_a_run_for_every_subject_the_event_concerns() {
    let flow = "kind lead, vip
    event weather.alert for community { level: text }
    flow f for each group where group is vip { start on weather.alert  after 1h do post \"{event.level}\" }";
    let run = World::new(flow).log(
        "03-04 08:00 group.created h - group_kind=vip
         03-04 08:00 group.created g - group_kind=vip
         03-04 08:00 group.created k - group_kind=lead
         03-04 09:00 weather.alert - - level=red
         03-04 09:30 weather.alert - - level=blue",
    );
    let run = run.until("03-05").run();
    assert_eq!(run.of("f"), ["03-04 10:00 g - post done", "03-04 10:00 h - post done"]);
    assert_eq!(run.texts(), ["red", "red"]);
}

#[test]
fn a_flow_for_each_stops_all_runs_the_event_concerns() {
    let flow = "event weather.alert for community {}  event weather.fine for community {}
    flow f for each group { start on weather.alert  stop on weather.fine  after 1h do post \"x\" }";
    let run = World::new(flow).log(
        "03-04 08:00 group.created h - group_kind=vip
         03-04 08:00 group.created g - group_kind=vip
         03-04 09:00 weather.alert - -
         03-04 09:30 weather.fine - -",
    );
    assert!(run.until("03-05").run().of("f").is_empty());
}

#[test]
fn since_start_includes_the_first_event() {
    let flow = "flow f for member in group {
        start on message.posted
        after 1h do dm \"{count(message.posted, since start)} of {count(message.posted)}\"
    }";
    let run = World::new(flow).log(
        "03-04 08:00 message.posted g m
         03-04 08:10 message.posted g m
         03-04 10:00 message.posted g m
         03-04 11:00 message.posted g m",
    );
    assert_eq!(run.run().texts(), ["2 of 2", "1 of 3"]);
}

#[test]
fn a_flow_runs_on_when_the_member_left_unless_it_says_stop() {
    let run = World::new(&HOUR.replace("dm \"step\"", "tag t").replace("flow", "tag t flow"));
    let run = run.log("03-04 08:00 message.posted g m\n03-04 08:30 member.left g m").until("03-05").run();
    assert_eq!(run.of("f").len(), 1);
}

#[test]
fn a_flow_for_a_person_has_one_run_over_all_groups() {
    let flow = HOUR.replace("member in group", "member");
    let run =
        World::new(&flow).log("03-04 08:00 message.posted g m\n03-04 08:30 message.posted h m").until("03-05").run();
    assert_eq!(run.of("f"), ["03-04 09:00 - m dm done"]);
}

#[test]
fn a_step_that_reaches_the_goal_ends_the_run_before_the_next_step_of_the_same_time() {
    for time in ["at once", "after 1h"] {
        let flow = format!(
            "tag good
            flow f for member in group {{
                start on member.joined  goal when member has good
                {time} do tag good  {time} do dm \"x\"
            }}"
        );
        let run = with_ends(&flow).log("03-04 08:00 member.joined g m").until("03-05").run();
        assert_eq!(run.texts(), ["f", "f goal"], "{time}");
    }
}

#[test]
fn a_step_may_stop_its_own_run() {
    let flow = "flow f for member in group {
        start on member.joined  after 1h do stop f  after 2h do dm \"x\"
    }";
    let run = with_ends(flow).log("03-04 08:00 member.joined g m").until("03-05").run();
    assert_eq!(run.texts(), ["f", "f stopped"]);
}

#[test]
fn a_step_may_start_the_next_flow() {
    let flow = "flow f for member in group { start on member.joined  after 1h do start next(2) }
    flow next(n: number) for member in group { at once do dm \"{n}\"  after 1h do dm \"{n + 1}\" }";
    let run = World::new(flow).log("03-04 08:00 member.joined g m").until("03-05").run();
    assert_eq!(run.times("next"), ["03-04 09:00", "03-04 10:00"]);
    assert_eq!(run.texts(), ["2", "3"]);
}

#[test]
fn the_last_step_ends_the_run_at_its_time() {
    let run = with_ends(HOUR).log("03-04 08:00 message.posted g m").until("03-05").run();
    assert_eq!(run.times("ended"), ["03-04 09:00"]);
}

#[test]
fn a_last_step_that_is_passed_over_ends_the_run_too() {
    let flow = HOUR.replace("after 1h", "after 1h when false");
    let run = with_ends(&flow).log("03-04 08:00 message.posted g m").until("03-05").run();
    assert_eq!(run.texts(), ["f", "f finished"]);
}

#[test]
fn an_overdue_task_is_still_open_and_when_done_lets_the_run_go_on() {
    let run = World::new(TASKS).log(SCHEDULED).log(
        "03-20 21:00 task.done g - name=a
         03-21 21:00 task.done g - name=b",
    );
    assert_eq!(run.run().of("f")[2..], ["03-21 21:00 g - post done"]);
}

#[test]
fn a_task_by_name_is_one_of_the_group_of_the_event() {
    let run = World::new(TASKS).log(SCHEDULED).log(
        "03-06 21:00 task.done g - name=a
         03-07 21:00 task.done h - name=b",
    );
    assert_eq!(run.run().of("f").len(), 2);
}

#[test]
fn a_missed_step_was_not_done_and_a_move_may_put_it_ahead_again() {
    let run = World::new(LIVE).log(
        "03-04 19:00 live.scheduled g - live=a topic=A starts_at=@03-04T20:00
         03-04 19:30 live.moved g - live=a topic=B starts_at=@03-06T20:00",
    );
    let run = run.until("03-08").run();
    assert_eq!(run.of("live")[0], "03-04 19:00 g - post missed (step in the past)");
    assert_eq!(run.times("live"), ["03-06 18:00", "03-06 20:00", "03-06 21:00"]);
}

#[test]
fn a_move_to_the_very_moment_of_a_step_does_it() {
    let run = World::new(LIVE).log(
        "03-04 08:00 live.scheduled g - live=a topic=A starts_at=@03-04T20:00
         03-04 09:00 live.moved g - live=a topic=B starts_at=@03-04T11:00",
    );
    assert_eq!(run.until("03-08").run().times("live"), ["03-04 09:00", "03-04 11:00", "03-04 12:00"]);
}

#[test]
fn an_update_keeps_what_hangs_on_the_start() {
    let flow = "flow f for group per event.live {
        start on live.scheduled  update on live.moved
        after 3h do post \"{event.topic}\"
    }";
    let run = World::new(flow).log(
        "03-04 08:00 live.scheduled g - live=a topic=A starts_at=@03-04T20:00
         03-04 09:00 live.moved g - live=a topic=B starts_at=@03-04T21:00",
    );
    let run = run.until("03-08").run();
    assert_eq!((run.times("f"), run.texts()), (vec!["03-04 11:00".to_owned()], vec!["B".to_owned()]));
}

#[test]
fn at_once_is_at_the_start_whatever_the_anchor() {
    let flow = "flow f for group per event.live {
        start on live.scheduled  anchor event.starts_at
        at once do post \"a\"  at 0 do post \"b\"
    }";
    let run = World::new(flow).log("03-04 08:00 live.scheduled g - live=a topic=A starts_at=@03-04T20:00");
    assert_eq!(run.until("03-08").run().times("f"), ["03-04 08:00", "03-04 20:00"]);
}

#[test]
fn a_restart_without_a_run_starts_none() {
    let flow = "flow f for member in group {
        start on member.joined  restart on message.posted  after 1h do dm \"b\"
    }";
    assert!(World::new(flow).log("03-04 08:00 message.posted g m").until("03-05").run().brief().is_empty());
}

#[test]
fn a_restart_is_not_an_end_by_stop_or_goal_and_withdraws_nothing() {
    let flow = "role owner
    flow f for member in group {
        start on member.joined  restart on message.posted
        at once do task \"T\" for owner due 1d otherwise do dm \"late\"
        after 9d do dm \"x\"
    }";
    let run =
        World::new(flow).log("03-04 08:00 member.joined g m\n03-04 09:00 message.posted g m").until("03-06").run();
    assert_eq!(run.times("f"), ["03-04 08:00", "03-04 09:00", "03-05 08:00", "03-05 09:00"]);
}

#[test]
fn after_a_time_counts_from_the_anchor() {
    let flow = "flow f for group per event.live {
        start on live.scheduled  anchor event.starts_at  after 1h do post \"a\"
    }";
    let run = World::new(flow).log("03-04 08:00 live.scheduled g - live=a topic=A starts_at=@03-04T20:00");
    assert_eq!(run.until("03-08").run().times("f"), ["03-04 21:00"]);
}

#[test]
fn what_stands_after_otherwise_knows_the_arguments_and_the_start_of_its_run() {
    let flow = "role owner
    flow f(word: text) for member in group {
        at once do task \"T {word}\" for owner due 1h otherwise do dm \"{word} {count(message.posted, since start)}\"
        LAST
    }
    rule r for member in group { on member.joined  do start f(\"hi\") }";
    for last in ["after 9d do dm \"x\"", ""] {
        let run = World::new(&flow.replace("LAST", last))
            .log("03-04 07:00 message.posted g m\n03-04 08:00 member.joined g m\n03-04 08:30 message.posted g m");
        assert_eq!(run.until("03-05").run().texts(), ["hi 1"], "{last}");
    }
}

#[test]
fn what_stands_after_otherwise_sees_the_replaced_event() {
    let flow = DUE.replace("due at -3d", "due 1d");
    let run = World::new(&flow).log(
        "03-02 20:00 live.scheduled g - live=l topic=A starts_at=@03-11T20:00
         03-03 08:00 live.moved g - live=l topic=B starts_at=@03-13T20:00",
    );
    let run = run.until("03-05").run();
    assert_eq!(
        (run.times("overdue"), run.texts()),
        (vec!["03-03 20:00".to_owned()], vec!["late B".to_owned(), "P".to_owned()])
    );
}

#[test]
fn start_flow_asks_its_head_and_its_once_too() {
    let flow = "kind lead, vip
    flow f for member in group where group is vip { once  after 1h do dm \"x\" }
    rule r for member in group { on message.posted  do start f }";
    let run = World::new(flow).log(
        "03-04 08:00 group.created g - group_kind=lead
         03-04 08:00 group.created h - group_kind=vip
         03-04 08:00 message.posted g m
         03-04 08:00 message.posted h m
         03-04 10:00 message.posted h m",
    );
    let run = run.until("03-05").run();
    assert_eq!(run.of("f"), ["03-04 09:00 h m dm done"]);
    assert_eq!(run.times("r"), ["03-04 08:00"]);
}

#[test]
fn a_deferred_action_of_an_ended_run_is_not_dropped_by_the_next_run() {
    let flow = "limit night for community { on dm  not between 22:00 and 08:00  else defer }
    flow f for member in group { start on message.posted  stop on checkin.done  at once when count(message.posted) == 1 do dm \"x\"  after 10m do tag t }
    tag t";
    let run = World::new(flow).log(
        "03-04 23:00 message.posted g m
         03-04 23:30 message.posted g m
         03-04 23:31 checkin.done g m",
    );
    assert_eq!(run.until("03-05 09:00").run().of("f").last().unwrap(), "03-05 08:00 g m dm done");
}

#[test]
fn a_stop_after_the_natural_end_drops_nothing() {
    let run = World::new(&NIGHT.replace("after 30d", "after 1h when false"))
        .log("03-04 23:00 member.joined g m\n03-05 01:00 member.left g m");
    assert_eq!(run.until("03-06").run().of("f").last().unwrap(), "03-05 08:00 g m dm done");
}

#[test]
fn a_goal_of_a_group_is_tested_with_the_events_of_its_members() {
    let flow = "flow f for group { start on group.created  goal when distinct(message.posted.member) >= 2  after 1d do post \"x\" }
    rule e for group { on flow.ended  do post \"{event.how}\" }";
    let run = World::new(flow).log(
        "03-04 08:00 group.created g - group_kind=x
         03-04 09:00 message.posted g m
         03-04 10:00 message.posted g n",
    );
    assert_eq!(run.until("03-06").run().times("e"), ["03-04 10:00"]);
}

// ---- tasks by name ------------------------------------------------------------------------------------------------------

const TWO_TASKS: &str = r#"
role owner
flow f for group {
  start on live.scheduled
  at once      do { task draft "one" for owner due 1d  task draft "two" for owner due 2d }
  after draft  do announce "both done"
}
"#;

#[test]
fn a_step_after_a_task_waits_for_the_last_task_of_that_name() {
    let run = World::new(TWO_TASKS).log(
        "03-04 08:00 live.scheduled g - live=l topic=t starts_at=@03-09T20:00
         03-04 09:00 task.done g - name=draft
         03-04 10:00 task.done g - name=draft",
    );
    let run = run.run();
    assert_eq!(run.texts(), ["both done"]);
    assert_eq!(run.of("f").last().unwrap(), "03-04 10:00 g - announce done");
}

#[test]
fn a_task_done_by_name_means_the_one_about_its_member_before_others() {
    let items = r#"
        role owner
        flow f for member in group {
          start on member.joined
          at once    do task call "call" for owner due 1d
          after call do dm "called"
        }"#;
    let run = World::new(items).log(
        "03-04 08:00 member.joined g a
         03-04 08:00 member.joined g b
         03-04 09:00 task.done g b name=call
         03-04 10:00 task.done g boss name=call",
    );
    let run = run.run();
    let said: Vec<String> = run.of("f").into_iter().filter(|line| line.contains(" dm ")).collect();
    assert_eq!(said, ["03-04 09:00 g b dm done", "03-04 10:00 g a dm done"]);
}

#[test]
fn a_run_goes_on_while_the_task_of_its_next_step_waits_for_approval() {
    let items = r#"
        role owner
        flow f for group {
          start on live.scheduled
          at once     do task draft "d" for owner due 9d needs approval by owner within 2d else drop
          after draft do announce "done"
        }"#;
    let run = World::new(items).log("03-04 08:00 live.scheduled g - live=l topic=t starts_at=@03-09T20:00").run();
    let id = run.out.decisions[0].id.to_string();
    let run = run.and_log(&format!(
        "03-04 09:00 approval.decided g boss action={id} approved=true
         03-04 10:00 task.done g boss name=draft"
    ));
    assert_eq!(run.texts(), ["done"]);
}

#[test]
fn what_waits_keeps_a_run_only_where_a_step_is_to_come_after_it() {
    let items = "role owner tag t
      flow f for member in group {
        start on message.posted
        at once  do tag t needs approval by owner within 5d else drop
        after 1m  when false  do task chore \"c\" for owner due 1d
        after chore  do dm \"done\"
      }
      rule ended for member in group { on flow.ended  do dm \"{event.how}\" }";
    let run = World::new(items).log("03-04 08:00 message.posted g m").until("03-04 09:00").run();
    assert_eq!(run.of("ended"), ["03-04 08:01 g m dm done"]);
}

#[test]
fn an_event_that_names_only_the_group_tests_the_goals_of_its_members() {
    let items = "flow f for member in group {
        start on message.posted
        goal when exists(live.cancelled by group)
        after 1d  do dm \"x\"
      }
      rule ended for member in group { on flow.ended  do dm \"{event.how}\" }";
    let log = "03-04 08:00 message.posted g m\n03-04 08:01 message.posted h m\n03-04 09:00 live.cancelled g - live=a";
    assert_eq!(World::new(items).log(log).run().of("ended"), ["03-04 09:00 g m dm done"]);
}

#[test]
fn what_is_overdue_is_so_again_only_if_its_time_is_moved_ahead() {
    let items = "role crew
      event live.planned for group { at_time: time }
      flow f for group { start on live.planned  update on live.planned
        at once  do task prep \"p\" for crew due at event.at_time otherwise do post \"late\"
        after 30d  do post \"end\" }";
    let run = World::new(items).log(
        "03-04 08:00 live.planned g - at_time=2024-03-04T07:00:00+08:00
         03-04 09:00 live.planned g - at_time=2024-03-04T08:00:00+08:00
         03-04 10:00 live.planned g - at_time=2024-03-04T12:00:00+08:00",
    );
    let run = run.until("03-05").run();
    assert_eq!(run.times("f"), ["03-04 08:00", "03-04 08:00", "03-04 12:00"]);
}

#[test]
fn a_step_whose_new_time_is_not_known_stays() {
    let items = "event live.planned for group { starts: time? }
      flow f for group { start on live.planned  update on live.planned  at event.starts  do post \"x\" }";
    let run = World::new(items).log(
        "03-04 08:00 live.planned g - starts=2024-03-04T12:00:00+08:00
         03-04 09:00 live.planned g -",
    );
    assert_eq!(run.until("03-05").run().times("f"), ["03-04 12:00"]);
}
