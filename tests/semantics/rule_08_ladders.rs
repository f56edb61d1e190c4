//! Rule 8, ladders: which strikes count, the highest step at or below their sum, where it acts, appeals.

use crate::world::{Run, World};

/// One strike for each message, of the weight given; the sanctions tell the step.
fn ladder(fading: &str) -> World {
    World::new(&format!(
        "rule r for member in group {{ on message.posted  do strike l (event.links) }}
        ladder l for member in group {{
            {fading}
            at 1 do warn \"1\"  at 2 do warn \"2\"  at 3 do warn \"3\"  at 5 do warn \"5\"
        }}"
    ))
}

fn steps(fading: &str, log: &str) -> Vec<String> {
    ladder(fading).log(log).run().args("l", "text")
}

const TWO: &str = "03-04 08:00:00 message.posted g m links=1\n";

#[test]
fn the_highest_step_at_or_below_the_sum_acts() {
    let log = "03-04 08:00 message.posted g m links=1
        03-04 08:01 message.posted g m links=1
        03-04 08:02 message.posted g m links=2
        03-04 08:03 message.posted g m links=3
        03-04 08:04 message.posted g m links=9";
    assert_eq!(steps("", log), ["1", "2", "3", "5", "5"]);
}

#[test]
fn weights_add_up() {
    let run = ladder("").log("03-04 08:00 message.posted g m links=3\n03-04 08:01 message.posted g m links=2").run();
    assert_eq!(run.full("r"), ["strike ladder=l weight=3 total=3", "strike ladder=l weight=2 total=5"]);
    assert_eq!(run.args("l", "text"), ["3", "5"]);
}

#[test]
fn below_the_lowest_step_nothing_is_done() {
    let run = World::new(
        "rule r for member in group { on message.posted  do strike l }
        ladder l for member in group { at 2 do warn \"2\" }",
    );
    assert!(run.log("03-04 08:00 message.posted g m").run().of("l").is_empty());
}

#[test]
fn a_strike_without_a_weight_weighs_one() {
    let run = World::new(
        "rule r for member in group { on message.posted  do strike l }
        ladder l for member in group { at 1 do warn \"{weight} of {total} for {reason}\" }",
    );
    let run = run.log("03-04 08:00 message.posted g m\n03-04 08:01 message.posted g m").run();
    assert_eq!(run.texts(), ["1 of 1 for r", "1 of 2 for r"]);
}

#[test]
fn strikes_count_for_ever_when_nothing_is_said_and_when_it_is() {
    for fading in ["", "strikes for ever"] {
        let log = format!("{TWO}2026-03-04 08:00:00 message.posted g m links=1");
        let log = log
            .replace("03-04 08:00:00 message.posted g m links=1\n", "2024-03-04 08:00:00 message.posted g m links=1\n");
        assert_eq!(steps(fading, &log), ["1", "2"], "{fading}");
    }
}

#[test]
fn strikes_last_each_for_itself() {
    let log = "03-04 08:00:00 message.posted g m links=1
        03-08 08:00:00 message.posted g m links=1
        03-14 07:59:59 message.posted g m links=1
        03-14 08:00:00 message.posted g m links=1
        03-18 08:00:00 message.posted g m links=1";
    assert_eq!(steps("strikes last 10d", log), ["1", "2", "3", "3", "3"]);
}

#[test]
fn a_strike_lasts_until_its_time_is_full() {
    assert_eq!(steps("strikes last 10d", &format!("{TWO}03-14 07:59:59 message.posted g m links=1")), ["1", "2"]);
    assert_eq!(steps("strikes last 10d", &format!("{TWO}03-14 08:00:00 message.posted g m links=1")), ["1", "1"]);
}

#[test]
fn strikes_are_cleared_all_at_once_after_that_long_without_one() {
    let log = "03-04 08:00:00 message.posted g m links=1
        03-13 08:00:00 message.posted g m links=1
        03-22 08:00:00 message.posted g m links=1
        04-01 07:59:59 message.posted g m links=1
        04-11 07:59:59 message.posted g m links=1";
    assert_eq!(steps("strikes cleared after 10d clean", log), ["1", "2", "3", "3", "1"]);
}

#[test]
fn strikes_fade_by_one_for_each_full_time_since_the_last_strike() {
    let full = "03-04 08:00:00 message.posted g m links=5\n03-11 08:00:00 message.posted g m links=1";
    assert_eq!(ladder("strikes fade 1 per 7d").log(full).run().args("r", "total"), ["5", "5"]);
    let early = "03-04 08:00:00 message.posted g m links=5\n03-11 07:59:59 message.posted g m links=1";
    assert_eq!(ladder("strikes fade 1 per 7d").log(early).run().args("r", "total"), ["5", "6"]);
}

#[test]
fn fading_begins_anew_with_each_strike_and_keeps_what_has_faded() {
    let log = "03-04 08:00 message.posted g m links=5
        03-20 08:00 message.posted g m links=1
        03-26 08:00 message.posted g m links=1
        04-03 08:00 message.posted g m links=1";
    assert_eq!(ladder("strikes fade 1 per 7d").log(log).run().args("r", "total"), ["5", "4", "5", "5"]);
}

#[test]
fn a_sum_never_fades_below_zero() {
    let log = "03-04 08:00 message.posted g m links=2\n05-20 08:00 message.posted g m links=1";
    assert_eq!(ladder("strikes fade 1 per 7d").log(log).run().args("r", "total"), ["2", "1"]);
}

#[test]
fn a_sum_may_fade_by_more_than_one() {
    let log = "03-04 08:00 message.posted g m links=9\n03-18 08:00 message.posted g m links=1";
    assert_eq!(ladder("strikes fade 3 per 1w").log(log).run().args("r", "total"), ["9", "4"]);
}

#[test]
fn a_ladder_for_a_membership_counts_in_its_group() {
    let log = "03-04 08:00 message.posted g m links=1\n03-04 08:01 message.posted h m links=1";
    assert_eq!(steps("", log), ["1", "1"]);
}

const PERSON: &str = "
rule r for member in group { on message.posted  do strike l }
rule s for member { on survey.answered  do strike l }
ladder l for member { at 2 do mute 1d  at 4 do mute 2d everywhere }";

#[test]
fn a_ladder_for_a_person_counts_over_all_groups_and_acts_where_the_strike_arose() {
    let run = World::new(PERSON).log("03-04 08:00 message.posted g m\n03-04 08:01 message.posted h m").run();
    assert_eq!(run.of("l"), ["03-04 08:01 h m mute done"]);
}

#[test]
fn everywhere_acts_in_all_groups_of_the_person() {
    let run = World::new(PERSON).log(
        "03-04 08:00 member.joined k m
         03-04 08:00 member.joined j m
         03-04 08:00 message.posted g m
         03-04 08:01 message.posted g m
         03-04 08:01 message.posted k n
         03-04 08:01 member.left j m
         03-04 08:02 message.posted g m
         03-04 08:03 message.posted h m",
    );
    let run = run.run();
    let last = ["03-04 08:03 g m mute done", "03-04 08:03 h m mute done", "03-04 08:03 k m mute done"];
    assert_eq!(run.of("l")[2..], last);
}

#[test]
fn a_strike_that_arose_in_no_group_has_nowhere_to_act() {
    let run = World::new(PERSON).log("03-04 08:00 message.posted g m\n03-04 08:01 survey.answered - m").run();
    assert_eq!(run.of("l"), ["03-04 08:01 - m mute skipped (no group)"]);
}

#[test]
fn a_strike_that_arose_in_no_group_acts_everywhere_where_it_is_written() {
    let log = "03-04 08:00 message.posted g m\n03-04 08:01 message.posted h m\n03-04 08:02 message.posted h m\n";
    let run = World::new(PERSON).log(log).log("03-04 08:03 survey.answered - m").run();
    assert_eq!(run.of("l")[2..], ["03-04 08:03 g m mute done", "03-04 08:03 h m mute done"]);
}

#[test]
fn a_strike_may_be_for_somebody_else() {
    let run = World::new(
        "rule r for member in group { on member.joined  do strike l because \"ads\" to event.inviter }
        ladder l for member in group { at 1 do warn \"{member.id} {reason}\" }",
    );
    let run = run.log(
        "03-04 08:00 message.posted g boss
         03-04 08:00 member.joined g m inviter=boss
         03-04 08:01 member.joined g n
         03-04 08:02 member.joined g o inviter=stranger",
    );
    let run = run.run();
    let struck = [
        "03-04 08:00 g boss strike done",
        "03-04 08:01 g - strike skipped (nobody)",
        "03-04 08:02 g stranger strike skipped (not a member)",
    ];
    let mine: Vec<String> = run.of("r");
    assert_eq!(mine[0], struck[0]);
    assert!(mine[1].ends_with("strike skipped (nobody)"), "{}", mine[1]);
    assert!(mine[2].ends_with("strike skipped (not a member)"), "{}", mine[2]);
    assert_eq!(run.texts(), ["boss ads"]);
}

#[test]
fn a_pardon_forgets_all_strikes() {
    let run = World::new(
        "rule r for member in group { on message.posted  do strike l }
        rule p for member in group { on checkin.done  do pardon l }
        ladder l for member in group { at 1 do warn \"1\"  at 2 do warn \"2\" }",
    );
    let run = run.log(
        "03-04 07:00 checkin.done g m
         03-04 08:00 message.posted g m
         03-04 09:00 checkin.done g m
         03-04 10:00 message.posted g m",
    );
    let run = run.run();
    assert_eq!(run.of("p"), ["03-04 07:00 g m pardon skipped (no change)", "03-04 09:00 g m pardon done"]);
    assert_eq!(run.texts(), ["1", "1"]);
}

const APPEAL: &str = "
role owner
rule r for member in group { on message.posted  do strike l }
ladder l for member in group {
  at 1 do warn \"1\"  at 2 do mute 7d  at 3 do remove  at 4 do ban
  appeal within 3d to owner
}";

fn struck(n: usize) -> World {
    let lines: String = (0..n).map(|i| format!("03-04 08:0{i} message.posted g m\n")).collect();
    World::new(APPEAL).log(&lines)
}

fn after(run: &Run, n: usize) -> Vec<String> {
    run.of("l").split_off(n)
}

#[test]
fn an_appeal_is_a_task_for_its_role_due_in_its_time() {
    let run = struck(2).log("03-05 08:00 appeal.filed g m").run();
    assert_eq!(after(&run, 2), ["03-05 08:00 g m task done"]);
    let args = run.full("l").pop().unwrap();
    assert!(args.contains("role=owner") && args.contains("due=03-08 08:00"), "{args}");
}

#[test]
fn an_appeal_at_the_last_moment_is_in_time_and_one_later_is_too_late() {
    let run = struck(1).log("03-07 07:59:59 appeal.filed g m").run();
    assert_eq!(after(&run, 1), ["03-07 07:59:59 g m task done"]);
    let run = struck(1).log("03-07 08:00:01 appeal.filed g m").run();
    assert_eq!(after(&run, 1), ["03-07 08:00:01 g m task dropped (too late)"]);
}

#[test]
fn an_upheld_appeal_lifts_a_mute_that_has_lost_its_ground() {
    let run = struck(2).log("03-05 08:00 appeal.filed g m\n03-05 09:00 appeal.decided g m upheld=true").run();
    assert_eq!(after(&run, 3), ["03-05 09:00 g m unmute done"]);
    let decision = run.out.decisions.last().unwrap();
    assert_eq!(decision.cause.ids().next().unwrap(), "e4");
}

#[test]
fn a_denied_appeal_changes_nothing() {
    let log =
        "03-05 08:00 appeal.filed g m\n03-05 09:00 appeal.decided g m upheld=false\n03-05 10:00 message.posted g m";
    let run = struck(2).log(log).run();
    assert_eq!(after(&run, 3), ["03-05 10:00 g m remove done"]);
}

#[test]
fn an_upheld_appeal_counts_as_if_the_strike_had_never_been() {
    let log = "03-05 09:00 appeal.decided g m upheld=true\n03-05 10:00 message.posted g m";
    let run = struck(2).log(log).run();
    assert_eq!(run.args("r", "total"), ["1", "2", "2"]);
}

#[test]
fn a_mute_that_is_over_is_not_lifted() {
    let run = struck(2).log("03-20 09:00 appeal.decided g m upheld=true").run();
    assert!(after(&run, 2).is_empty());
}

#[test]
fn a_mute_that_keeps_its_ground_stays() {
    let run = World::new(&APPEAL.replace("at 3 do remove", "at 3 do mute 7d"));
    let run = run.log(
        "03-04 08:00 message.posted g m
         03-04 08:01 message.posted g m
         03-04 08:02 message.posted g m
         03-05 09:00 appeal.decided g m upheld=true",
    );
    assert!(!run.run().of("l").iter().any(|line| line.contains("unmute")));
}

#[test]
fn an_upheld_appeal_against_a_removal_invites_back() {
    let run = struck(3).log("03-05 09:00 appeal.decided g m upheld=true").run();
    assert_eq!(after(&run, 3), ["03-05 09:00 g m invite done"]);
    assert_eq!(run.full("l").pop().unwrap(), "invite to=g");
}

#[test]
fn an_upheld_appeal_against_a_ban_unbans() {
    let run = World::new(&APPEAL.replace("at 3 do remove", "at 3 do ban"));
    let run = run.log(
        "03-04 08:00 message.posted g m
         03-04 08:01 message.posted g m
         03-04 08:02 message.posted g m
         03-05 09:00 appeal.decided g m upheld=true",
    );
    assert!(run.run().of("l").contains(&"03-05 09:00 g m unban done".to_owned()));
}

#[test]
fn an_appeal_may_name_the_strike_by_its_decision() {
    let weights = "rule r for member in group { on message.posted  do strike l (event.links) }";
    let run = World::new(&APPEAL.replace("rule r for member in group { on message.posted  do strike l }", weights));
    let run = run.log("03-04 08:00 message.posted g m links=2\n03-04 08:01 message.posted g m links=0").run();
    let first = run.id("r", 0);
    let run = run.and_log(&format!("03-05 09:00 appeal.decided g m upheld=true strike={first}"));
    assert_eq!(run.of("l").last().unwrap(), "03-05 09:00 g m unmute done");
}

#[test]
fn without_a_name_the_latest_strike_is_meant() {
    let weights = "rule r for member in group { on message.posted  do strike l (event.links) }";
    let run = World::new(&APPEAL.replace("rule r for member in group { on message.posted  do strike l }", weights));
    let run = run.log(
        "03-04 08:00 message.posted g m links=2
         03-04 08:01 message.posted g m links=1
         03-05 09:00 appeal.decided g m upheld=true
         03-05 10:00 message.posted g m links=2",
    );
    assert_eq!(run.run().args("r", "total"), ["2", "3", "4"]);
}

#[test]
fn a_withdrawn_strike_is_told() {
    let rule = "rule w for member in group { on strike.withdrawn  do dm \"{event.ladder}\" }
    rule g for member in group { on strike.given  do dm \"{event.ladder} {event.weight} {event.total} {event.reason}\" }";
    let run = World::new(&format!("{APPEAL}{rule}"))
        .log("03-04 08:00 message.posted g m\n03-05 09:00 appeal.decided g m upheld=true")
        .run();
    assert_eq!((run.args("w", "text"), run.args("g", "text")), (vec!["l".to_owned()], vec!["l 1 1 r".to_owned()]));
}

#[test]
fn a_mute_of_a_rule_has_its_own_ground() {
    let rule = "rule m for member in group { on reaction.added  do mute 30d }";
    let run = World::new(&format!("{APPEAL}{rule}")).log(
        "03-04 07:00 reaction.added g m
         03-04 08:00 message.posted g m
         03-04 08:01 message.posted g m
         03-05 09:00 appeal.decided g m upheld=true",
    );
    let run = run.run();
    assert_eq!(run.of("l")[1..], ["03-04 08:01 g m mute skipped (no change)"]);
}

#[test]
fn a_sanction_that_needs_approval_is_held_and_then_done() {
    let run = World::new(
        &APPEAL.replace("at 1 do warn \"1\"", "at 1 do remove needs approval by owner within 24h else drop"),
    );
    let run = run.log("03-04 08:00 message.posted g m").run();
    let id = run.id("l", 0);
    let run = run.and_log(&format!("03-04 09:00 approval.decided g - action={id} approved=true"));
    assert_eq!(run.of("l"), ["03-04 08:00 g m remove held", "03-04 09:00 g m remove done"]);
    assert_eq!(run.id("l", 1), id);
}

#[test]
fn fading_is_recomputed_as_if_the_strike_had_never_been() {
    let log = "03-04 08:00 message.posted g m links=5
        03-10 08:00 message.posted g m links=1
        03-10 09:00 appeal.decided g m upheld=true
        03-12 08:00 message.posted g m links=1";
    let run = ladder("strikes fade 1 per 7d appeal within 3d to owner").file("b.sop", "role owner").log(log).run();
    assert_eq!(run.args("r", "total"), ["5", "6", "5"]);
}

#[test]
fn clearing_is_recomputed_as_if_the_strike_had_never_been() {
    let log = "03-04 08:00 message.posted g m links=1
        03-13 08:00 message.posted g m links=1
        03-13 09:00 appeal.decided g m upheld=true
        03-22 08:00 message.posted g m links=1";
    let run =
        ladder("strikes cleared after 10d clean appeal within 3d to owner").file("b.sop", "role owner").log(log).run();
    assert_eq!(run.args("r", "total"), ["1", "2", "1"]);
}

#[test]
fn a_strike_can_be_withdrawn_once() {
    let log = "03-05 09:00 appeal.decided g m upheld=true\n";
    let run = struck(3).log("03-04 09:00 member.joined g m").run();
    let second = run.id("r", 1);
    let run = run.and_log(&log.replace("true", &format!("true strike={second}")).repeat(2));
    let run = run.and_log("03-06 10:00 message.posted g m");
    assert_eq!(run.args("r", "total"), ["1", "2", "3", "3"]);
}

#[test]
fn two_strikes_of_one_firing_count_one_after_the_other() {
    let run = World::new(
        "rule r for member in group { on message.posted  do { strike l 2 because \"a\"  strike l because \"b\" } }
        ladder l for member in group { at 2 do mute 1d  at 3 do remove }",
    );
    let run = run.log("03-04 08:00 message.posted g m").run();
    assert_eq!(run.args("r", "total"), ["2", "3"]);
    let mut lines = run.of("l");
    lines.sort();
    assert_eq!(lines, ["03-04 08:00 g m mute overruled (overruled by remove)", "03-04 08:00 g m remove done"]);
}

#[test]
fn an_upheld_appeal_lifts_everywhere_what_was_done_everywhere() {
    let run = World::new(&format!(
        "role owner {}",
        PERSON
            .replace("at 4", "appeal within 3d to owner  at 4")
            .replace("at 4 do mute 2d", "at 3 do mute 2d")
            .replace("at 2 do mute 1d", "at 1 do warn \"x\"")
    ));
    let run = run.log(
        "03-04 08:00 message.posted g m
         03-04 08:01 message.posted h m
         03-04 08:02 message.posted h m
         03-05 08:00 appeal.decided h m upheld=true",
    );
    let run = run.run();
    let lines = run.of("l");
    assert_eq!(lines[lines.len() - 2..], ["03-05 08:00 g m unmute done", "03-05 08:00 h m unmute done"]);
}

#[test]
fn an_appeal_of_a_ladder_over_all_groups_may_come_from_any_of_them() {
    let run = World::new(&format!("role owner {}", PERSON.replace("at 4", "appeal within 3d to owner  at 4")));
    let run = run.log(
        "03-04 08:00 message.posted g m
         03-04 08:01 message.posted h m
         03-05 08:00 appeal.decided g m upheld=true
         03-05 09:00 message.posted g m",
    );
    let run = run.run();
    assert_eq!(run.of("l")[1..], ["03-05 08:00 h m unmute done", "03-05 09:00 g m mute done"]);
}

#[test]
fn a_mute_that_was_longer_for_the_strike_is_set_back_to_its_ground() {
    let run = World::new(&APPEAL.replace("at 3 do remove", "at 3 do mute 14d"));
    let run = run.log(
        "03-04 08:00 message.posted g m
         03-04 08:01 message.posted g m
         03-04 08:02 message.posted g m
         03-05 09:00 appeal.decided g m upheld=true",
    );
    let run = run.run();
    assert_eq!(after(&run, 3), ["03-05 09:00 g m mute done"]);
    assert_eq!(run.full("l").pop().unwrap(), format!("mute for_s={}", 5 * 86400 + 23 * 3600 + 60));
}

#[test]
fn a_sanction_that_waits_for_approval_and_has_lost_its_ground_is_dropped() {
    let held = "at 1 do remove needs approval by owner within 24h else proceed";
    let run = World::new(&APPEAL.replace("at 1 do warn \"1\"", held));
    let run =
        run.log("03-04 08:00 message.posted g m\n03-04 09:00 appeal.decided g m upheld=true").until("03-20").run();
    assert_eq!(run.of("l"), ["03-04 08:00 g m remove held", "03-04 09:00 g m remove dropped (no change)"]);
}

#[test]
fn an_appeal_without_a_strike_is_about_nothing() {
    let run = World::new(APPEAL).log("03-05 08:00 appeal.filed g m\n03-05 09:00 appeal.decided g m upheld=true").run();
    assert!(run.brief().is_empty());
}

#[test]
fn of_strikes_of_one_moment_the_latest_is_the_one_given_last() {
    let items = "role owner
      ladder a for member in group { at 9 do remove  appeal within 3d to owner }
      ladder b for member in group { at 9 do remove  appeal within 3d to owner }
      rule r for member in group { on message.posted  do { strike b  strike a } }";
    let run = World::new(items).log("03-04 08:00 message.posted g m\n03-04 09:00 appeal.filed g m").run();
    assert_eq!(run.of("a"), ["03-04 09:00 g m task done"]);
}

#[test]
fn what_waits_is_dropped_where_the_ladder_would_do_something_else_now() {
    let items = APPEAL.replace("at 3 do remove", "at 3 do remove needs approval by owner within 9d else drop");
    let run = World::new(&items);
    let run = run.log("03-04 08:00 message.posted g m\n03-04 08:01 message.posted g m\n03-04 08:02 message.posted g m");
    let run = run.run();
    let first = run.id("r", 0);
    let run = run.and_log(&format!("03-04 09:00 appeal.decided g m upheld=true strike={first}"));
    assert!(run.of("l").contains(&"03-04 09:00 g m remove dropped (no change)".to_owned()));
}

#[test]
fn sanctions_are_lifted_in_the_order_of_groups() {
    let items = "role owner
      ladder l for member { at 1 do mute 7d everywhere  appeal within 3d to owner }
      rule r for member in group { on message.posted  do strike l }";
    let run = World::new(items).log(
        "03-04 08:00 member.joined h m
         03-04 08:01 member.joined g m
         03-04 08:02 message.posted h m
         03-04 09:00 appeal.decided h m upheld=true",
    );
    assert_eq!(run.run().of("l")[2..], ["03-04 09:00 g m unmute done", "03-04 09:00 h m unmute done"]);
}

#[test]
fn what_is_left_of_a_mute_is_told_to_the_millisecond() {
    let run = World::new(&APPEAL.replace("at 3 do remove", "at 3 do mute 14d"));
    let run = run.log(
        "03-04 08:00 message.posted g m
         03-04 08:01 message.posted g m
         03-04 08:02 message.posted g m
         03-05 09:00:00.500 appeal.decided g m upheld=true",
    );
    let left = run.run().full("l").pop().unwrap();
    assert_eq!(left, format!("mute for_s={}.5", 5 * 86400 + 23 * 3600 + 59));
}

#[test]
fn what_one_group_sanctioned_everywhere_is_lifted_everywhere() {
    let items = "role owner
      ladder l for member in group { at 1 do mute 7d everywhere  appeal within 3d to owner }
      rule r for member in group { on message.posted  do strike l }";
    let run = World::new(items).log(
        "03-04 08:00 member.joined g m
         03-04 08:01 member.joined h m
         03-04 08:02 message.posted h m
         03-04 09:00 appeal.decided h m upheld=true",
    );
    assert_eq!(run.run().of("l")[2..], ["03-04 09:00 g m unmute done", "03-04 09:00 h m unmute done"]);
}

#[test]
fn a_strike_in_another_group_that_mutes_everywhere_still_stands() {
    let items = "role owner
      ladder l for member in group { at 1 do mute 7d everywhere  appeal within 3d to owner }
      rule r for member in group { on message.posted  do strike l }";
    let run = World::new(items).log(
        "03-04 08:00 message.posted g m
         03-04 08:01 message.posted h m
         03-04 09:00 appeal.decided g m upheld=true",
    );
    // The mutes of h came a minute later than those of g.
    assert!(!run.run().of("l").iter().any(|line| line.contains("unmute")));
}

#[test]
fn a_ban_that_was_lifted_before_is_not_lifted_by_an_appeal() {
    let items = format!("{APPEAL} rule u for member {{ on survey.answered  do unban everywhere }}");
    let run = World::new(&items).log(
        "03-04 08:00 message.posted g m\n03-04 08:01 message.posted g m
         03-04 08:02 message.posted g m\n03-04 08:03 message.posted g m
         03-04 08:04 survey.answered - m
         03-04 09:00 appeal.decided g m upheld=true",
    );
    assert!(!run.run().of("l").iter().any(|line| line.contains("invite") || line.contains("unban")));
}
