//! Rule 5: the strongest sanction wins.

use crate::world::World;

const POST: &str = "03-04 08:00:00 message.posted g m";

/// The sorted decisions of two rules that sanction at one message, without time and place.
fn settled(first: &str, second: &str) -> Vec<String> {
    let items = format!(
        "rule r for member in group {{ on message.posted do {first} }}
         rule s for member in group {{ on message.posted do {second} }}"
    );
    let mut lines = World::new(&items).log(POST).run().brief();
    lines.iter_mut().for_each(|line| *line = line.replace("03-04 08:00 g m ", ""));
    lines.sort();
    lines
}

#[test]
fn the_stronger_of_each_pair_wins_in_either_order() {
    let order = [("warn \"w\"", "warn"), ("mute 1d", "mute"), ("remove", "remove"), ("ban", "ban")];
    for (weak, (weaker, low)) in order.iter().enumerate() {
        for (stronger, high) in &order[weak + 1..] {
            let lost = format!("{low} overruled (overruled by {high})");
            assert_eq!(settled(weaker, stronger), [format!("r {lost}"), format!("s {high} done")]);
            assert_eq!(settled(stronger, weaker), [format!("r {high} done"), format!("s {lost}")]);
        }
    }
}

#[test]
fn of_two_mutes_the_longer_wins() {
    assert_eq!(settled("mute 1h", "mute 1d"), ["r mute overruled (overruled by mute)", "s mute done"]);
    assert_eq!(settled("mute 1d", "mute 1h"), ["r mute done", "s mute overruled (overruled by mute)"]);
}

#[test]
fn one_rule_may_sanction_twice() {
    let items = "rule r for member in group { on message.posted do { warn \"w\"  remove  mute 1h } }";
    let mut lines = World::new(items).log(POST).run().of("r");
    lines.sort();
    assert_eq!(
        lines,
        [
            "03-04 08:00 g m mute overruled (overruled by remove)",
            "03-04 08:00 g m remove done",
            "03-04 08:00 g m warn overruled (overruled by remove)"
        ]
    );
}

#[test]
fn a_sanction_of_the_cascade_counts() {
    let items = "tag x
      rule r for member in group { on message.posted do { mute 1d  emit ping } }
      event ping for member in group {}
      rule s for member in group { on ping do ban }";
    let run = World::new(items).log(POST).run();
    assert!(run.of("r").contains(&"03-04 08:00 g m mute overruled (overruled by ban)".to_owned()));
    assert_eq!(run.of("s"), ["03-04 08:00 g m ban done"]);
}

#[test]
fn two_strikes_of_one_input_end_in_one_sanction() {
    let items = "ladder l for member in group { at 1 do warn \"w\"  at 2 do mute 1d }
      rule r for member in group { on message.posted do { strike l  strike l } }";
    let run = World::new(items).log(POST).run();
    let mut lines = run.of("l");
    lines.sort();
    assert_eq!(lines, ["03-04 08:00 g m mute done", "03-04 08:00 g m warn overruled (overruled by mute)"]);
}

#[test]
fn a_ladder_and_a_rule_are_settled_together() {
    let items = "ladder l for member in group { at 1 do mute 7d }
      rule r for member in group { on message.posted do { strike l  mute 1d } }";
    let run = World::new(items).log(POST).run();
    assert_eq!(run.of("l"), ["03-04 08:00 g m mute done"]);
    assert!(run.of("r").contains(&"03-04 08:00 g m mute overruled (overruled by mute)".to_owned()));
}

#[test]
fn what_is_overruled_tells_of_nothing() {
    let items = "rule r for member in group { on message.posted do { mute 1d  remove } }
      rule a for group { on member.muted do post \"muted\" }
      rule b for group { on member.removed do post \"removed\" }";
    assert_eq!(World::new(items).log(POST).run().texts(), ["removed"]);
}

#[test]
fn sanctions_come_after_the_whole_cascade_and_their_events_after_them() {
    let items = "event ping for member in group {}
      rule r for member in group { on message.posted do { mute 1d  emit ping } }
      rule a for member in group { on member.muted do dm \"muted\" }
      rule b for member in group { on ping do dm \"ping\" }";
    let run = World::new(items).log(POST).run();
    assert_eq!(run.texts(), ["ping", "muted"]);
}

#[test]
fn what_a_sanction_causes_is_handled_after_it() {
    let items = "rule r for member in group { on message.posted do mute 1d }
      rule a for member in group { on member.muted do task \"look\" for admin due 1h }
      role admin";
    let run = World::new(items).log(POST).run();
    assert_eq!(run.brief(), ["03-04 08:00 g m r mute done", "03-04 08:00 g m a task done"]);
}

#[test]
fn other_actions_are_not_overruled() {
    let items = "tag x
      rule r for member in group { on message.posted do { delete message  warn \"w\"  tag x  ban } }";
    let run = World::new(items).log(POST).run();
    let done: Vec<_> = run.of("r").into_iter().filter(|line| line.ends_with("done")).collect();
    assert_eq!(done.len(), 3, "{:?}", run.brief());
}

#[test]
fn memberships_are_settled_each_for_itself() {
    let items = "rule r for member in group { on message.posted do { mute 1d  remove to event.other } }
      event message.posted for member in group { other: member? }";
    let run = World::new(items)
        .log("03-04 07:00:00 message.posted h m\n 03-04 07:30:00 member.joined g n")
        .log("03-04 08:00:00 message.posted g m other=n")
        .run();
    let lines: Vec<_> = run.of("r").into_iter().filter(|line| line.starts_with("03-04 08:00")).collect();
    assert_eq!(lines.iter().filter(|line| line.ends_with("done")).count(), 2, "{lines:?}");
}

#[test]
fn everywhere_is_settled_in_each_group() {
    let items = "rule r for member { on survey.answered do mute 1h everywhere }
      rule s for member { on survey.answered do remove everywhere }";
    let run = World::new(items)
        .log("03-04 07:00:00 message.posted g m\n 03-04 07:00:00 message.posted h m\n 03-04 08:00:00 survey.answered - m")
        .run();
    assert!(run.of("r").iter().all(|line| line.ends_with("overruled (overruled by remove)")), "{:?}", run.brief());
    assert!(run.of("s").iter().all(|line| line.ends_with("done")), "{:?}", run.brief());
}

#[test]
fn the_next_input_is_settled_anew() {
    let items = "rule r for member in group { on message.posted do mute 1h }
      rule s for member in group { on checkin.done do remove }";
    let run = World::new(items).log("03-04 08:00:00 message.posted g m\n 03-04 08:00:00 checkin.done g m").run();
    assert_eq!(run.brief(), ["03-04 08:00 g m r mute done", "03-04 08:00 g m s remove done"]);
}

const MUTES: &str = "rule long for member in group { on message.posted do mute 2d }
  rule short for member in group { on checkin.done do mute 1d }";

#[test]
fn a_mute_never_shortens_one_in_force() {
    let run = World::new(MUTES).log("03-04 08:00:00 message.posted g m\n 03-04 09:00:00 checkin.done g m").run();
    assert_eq!(run.of("short"), ["03-04 09:00 g m mute skipped (no change)"]);
}

#[test]
fn a_mute_that_ends_when_the_other_does_changes_nothing() {
    let run = World::new(MUTES).log("03-04 08:00:00 message.posted g m\n 03-05 08:00:00 checkin.done g m").run();
    assert_eq!(run.of("short"), ["03-05 08:00 g m mute skipped (no change)"]);
}

#[test]
fn a_mute_may_lengthen_one_in_force() {
    let run = World::new(MUTES).log("03-04 08:00:00 message.posted g m\n 03-05 08:00:00.001 checkin.done g m").run();
    assert_eq!(run.times("short").len(), 1);
}

#[test]
fn a_mute_of_the_same_length_a_moment_later_lengthens() {
    let run = World::new(MUTES).log("03-04 08:00:00 message.posted g m\n 03-04 08:00:01 message.posted g m").run();
    assert_eq!(run.times("long"), ["03-04 08:00", "03-04 08:00:01"]);
}

#[test]
fn a_mute_that_was_lifted_does_not_stand_in_the_way() {
    let items = "rule r for member in group { on message.posted do mute 7d }
      rule u for member in group { on message.deleted do unmute }
      rule s for member in group { on checkin.done do mute 1h }";
    let run = World::new(items).log(
        "03-04 08:00:00 message.posted g m
         03-04 09:00:00 message.deleted g m
         03-04 10:00:00 checkin.done g m",
    );
    assert_eq!(run.run().times("s"), ["03-04 10:00"]);
}

#[test]
fn a_mute_in_one_group_is_none_in_another() {
    let run = World::new(MUTES).log("03-04 08:00:00 message.posted g m\n 03-04 09:00:00 checkin.done h m").run();
    assert_eq!(run.times("short"), ["03-04 09:00"]);
}

#[test]
fn a_weaker_sanction_later_is_a_sanction() {
    let items = "rule r for member in group { on message.posted do mute 7d }
      rule s for member in group { on checkin.done do warn \"w\" }";
    let run = World::new(items).log("03-04 08:00:00 message.posted g m\n 03-04 09:00:00 checkin.done g m").run();
    assert_eq!(run.times("s"), ["03-04 09:00"]);
}

const WAITING: &str = "role owner
  rule r for member in group { on message.posted do ban needs approval by owner within 1d else drop }
  rule s for member in group { on message.posted do mute 1h }";

fn decided(items: &str, approved: bool) -> Vec<String> {
    let run = World::new(items).log(POST).run();
    let held = run.out.decisions.iter().find(|decision| decision.status.word() == "held").expect("held");
    let id = held.id.to_string();
    run.and_log(&format!("03-04 10:00:00 approval.decided g - action={id} approved={approved}"))
        .and_until("03-06 00:00")
        .brief()
}

#[test]
fn a_sanction_that_waits_lets_the_next_strongest_act() {
    assert_eq!(
        decided(WAITING, true),
        ["03-04 08:00 g m r ban held", "03-04 08:00 g m s mute done", "03-04 10:00 g m r ban done"]
    );
}

#[test]
fn a_sanction_denied_was_none() {
    assert_eq!(
        decided(WAITING, false),
        [
            "03-04 08:00 g m r ban held",
            "03-04 08:00 g m s mute done",
            "03-04 10:00 g m r ban dropped (approval denied)"
        ]
    );
}

#[test]
fn an_approval_that_expires_drops_the_sanction() {
    let run = World::new(WAITING).log(POST).until("03-06 00:00").run();
    assert_eq!(run.of("r"), ["03-04 08:00 g m ban held", "03-05 08:00 g m ban dropped (approval expired)"]);
}

#[test]
fn an_approval_that_expires_may_proceed() {
    let run = World::new(&WAITING.replace("else drop", "else proceed")).log(POST).until("03-06 00:00").run();
    assert_eq!(run.of("r"), ["03-04 08:00 g m ban held", "03-05 08:00 g m ban done"]);
}

#[test]
fn the_strongest_of_those_that_need_not_wait_acts() {
    let items = format!("{WAITING} rule t for member in group {{ on message.posted do warn \"w\" }}");
    let run = World::new(&items).log(POST).run();
    assert_eq!(run.of("s"), ["03-04 08:00 g m mute done"]);
    assert_eq!(run.of("t"), ["03-04 08:00 g m warn overruled (overruled by mute)"]);
}

#[test]
fn a_limit_that_skips_the_stronger_lets_the_weaker_act() {
    let items = "limit none for community { on remove at most 0 per 1d else skip }
      rule r for member in group { on message.posted do { mute 1h  remove } }";
    let run = World::new(items).log(POST).run();
    let mut lines = run.of("r");
    lines.sort();
    assert_eq!(lines, ["03-04 08:00 g m mute done", "03-04 08:00 g m remove skipped (limit none)"]);
}

#[test]
fn a_removed_member_cannot_be_removed_again() {
    let items = "rule r for member in group { on message.posted do remove }";
    let run = World::new(items).log("03-04 08:00:00 message.posted g m\n 03-04 09:00:00 message.posted g m").run();
    assert_eq!(run.brief(), ["03-04 08:00 g m r remove done", "03-04 09:00 g m r remove skipped (no change)"]);
}

#[test]
fn of_two_alike_one_acts() {
    for same in ["warn \"w\"", "mute 1h", "remove", "ban"] {
        let lines = settled(same, same);
        assert_eq!(lines.iter().filter(|line| line.ends_with("done")).count(), 1, "{lines:?}");
    }
}

#[test]
fn a_ban_for_ever_is_longer_than_one_with_an_end() {
    assert_eq!(settled("ban 7d", "ban"), ["r ban overruled (overruled by ban)", "s ban done"]);
}

#[test]
fn a_weaker_sanction_caused_by_a_stronger_is_overruled() {
    let items = "rule r for member in group { on message.posted do mute 2h }
      rule s for member in group { on member.muted do warn \"w\" }";
    let run = World::new(items).log(POST).run();
    assert_eq!(run.of("s"), ["03-04 08:00 g m warn overruled (overruled by mute)"]);
}

#[test]
fn a_stronger_sanction_caused_by_a_weaker_acts() {
    let items = "rule r for member in group { on message.posted do mute 2h }
      rule s for member in group { on member.muted do remove }";
    let run = World::new(items).log(POST).run();
    assert_eq!(run.brief(), ["03-04 08:00 g m r mute done", "03-04 08:00 g m s remove done"]);
}

#[test]
fn a_sanction_that_a_limit_holds_lets_the_next_strongest_act() {
    let items = "role owner
      limit none for community { on remove at most 0 per 1d else hold for owner within 1d }
      rule r for member in group { on message.posted do { mute 1h  remove } }";
    let run = World::new(items).log(POST).run();
    let mut lines = run.of("r");
    lines.sort();
    assert_eq!(lines, ["03-04 08:00 g m mute done", "03-04 08:00 g m remove held (limit none)"]);
    let id = run.out.decisions.iter().find(|d| d.status.word() == "held").expect("held").id.to_string();
    let run = run.and_log(&format!("03-04 08:10:00 approval.decided g - action={id} approved=true"));
    assert!(run.of("r").contains(&"03-04 08:10 g m remove done".to_owned()), "{:?}", run.brief());
}

#[test]
fn two_that_wait_may_both_be_approved_one_after_the_other() {
    let items = "role owner
      rule r for member in group { on message.posted do mute 1h needs approval by owner within 1d else drop }
      rule s for member in group { on message.posted do remove needs approval by owner within 1d else drop }";
    let run = World::new(items).log(POST).run();
    let ids: Vec<String> = run.out.decisions.iter().map(|decision| decision.id.to_string()).collect();
    assert_eq!(run.brief(), ["03-04 08:00 g m r mute held", "03-04 08:00 g m s remove held"]);
    let run = run.and_log(&format!(
        "03-04 09:00:00 approval.decided g - action={} approved=true
         03-04 10:00:00 approval.decided g - action={} approved=true",
        ids[0], ids[1]
    ));
    assert_eq!(run.brief()[2..], ["03-04 09:00 g m r mute done", "03-04 10:00 g m s remove done"]);
}

#[test]
fn one_approval_settles_its_sanctions_together() {
    let items = "role owner
      rule r for member in group { on message.posted do {
        warn \"w\" needs one approval by owner within 1d else drop
        remove needs one approval by owner within 1d else drop } }";
    let run = World::new(items).log(POST).run();
    let id = run.out.decisions[0].id.to_string();
    let run = run.and_log(&format!("03-04 09:00:00 approval.decided g - action={id} approved=true"));
    let late: Vec<_> = run.brief().into_iter().filter(|line| line.starts_with("03-04 09:00")).collect();
    assert!(late.contains(&"03-04 09:00 g m r remove done".to_owned()), "{late:?}");
    assert!(late.contains(&"03-04 09:00 g m r warn overruled (overruled by remove)".to_owned()), "{late:?}");
}

#[test]
fn a_scheduled_instant_is_one_input_for_each_membership() {
    let items = "rule r for member in group { every day at 09:00 do mute 1h }
      rule s for member in group { every day at 09:00 do remove }";
    let run = World::new(items).log(POST).until("03-04 09:00").run();
    assert_eq!(run.brief(), ["03-04 09:00 g m r mute done", "03-04 09:00 g m s remove done"]);
}
