//! Rule 13: the past that did not happen.

use crate::world::World;
use qun::simulate::{AfterRemoval, Driver, Moment, Options, Sink};

/// A report removes, a reaction bans, a message is answered.
const OUT: &str = "
role owner
tag t
rule out for member in group { on message.reported  do remove }
rule ban for member in group { on reaction.added  do ban }
rule brief for member in group { on red_packet.sent  do ban 2d }
rule says for member in group { on message.posted  do dm \"x\" }
rule comes for member in group { on member.joined  do dm \"hi\" }
rule asks for member in group { on member.joined  do task \"T\" for owner due 9d }
rule staff for member in group { on role.granted, role.revoked, task.done, appeal.filed, appeal.decided, approval.decided  do dm \"s\" }
rule buys for member { on purchase.made  do dm \"thanks\" }
";

struct Lines(Vec<String>);

impl Sink for Lines {
    fn output(&mut self, moment: &Moment<'_>, output: &qun::engine::Output) -> std::io::Result<()> {
        for decision in &output.decisions {
            let (group, member) = (decision.keys.group, decision.keys.member);
            let group = group.map_or("-", |group| moment.state.group_text(group));
            let member = member.map_or("-", |member| moment.state.member_text(member));
            let item = moment.program.item_name(decision.item);
            self.0.push(format!("{group} {member} {item} {}", decision.status.word()));
        }
        Ok(())
    }
}

/// What a simulation decides, and how many events it left out, let through, and found muted.
fn simulate(items: &str, log: &str, options: Options) -> (Vec<String>, [u64; 3]) {
    let (program, events) = World::new(items).log(log).parts();
    let mut driver = Driver::new(&program, options);
    let mut lines = Lines(Vec::new());
    for event in &events {
        driver.event(&event.event(), &mut lines).unwrap();
    }
    driver.finish(&mut lines).unwrap();
    let unhappened = driver.end().unhappened;
    (lines.0, [unhappened.left_out, unhappened.kept, unhappened.muted])
}

fn ignoring(log: &str) -> (Vec<String>, [u64; 3]) {
    simulate(OUT, log, Options::default())
}

const REMOVED: &str = "03-04 08:00 message.reported g m reporter=n\n";
const BANNED: &str = "03-04 08:00 reaction.added g m\n";

#[test]
fn what_a_removed_member_does_is_left_out_and_counted() {
    let (lines, counts) = ignoring(&format!("{REMOVED}03-04 08:01 message.posted g m\n03-04 08:02 message.posted g m"));
    assert_eq!((lines, counts), (vec!["g m out done".to_owned()], [2, 0, 0]));
}

#[test]
fn it_is_not_part_of_the_past_either() {
    let rule = "rule counts for group { on checkin.done  when count(message.posted) > 0  do post \"x\" }";
    let log = format!("{REMOVED}03-04 08:01 message.posted g m\n03-04 08:02 checkin.done g n");
    assert_eq!(simulate(&format!("{OUT}{rule}"), &log, Options::default()).0, ["g m out done"]);
}

#[test]
fn only_the_groups_concerned_are() {
    let (lines, counts) = ignoring(&format!("{REMOVED}03-04 08:01 message.posted h m\n03-04 08:02 message.posted g n"));
    assert_eq!(
        (lines[1..].to_vec(), counts),
        (vec!["h m says done".to_owned(), "g n says done".to_owned()], [0, 0, 0])
    );
}

#[test]
fn what_names_no_group_is_let_through() {
    let (lines, counts) =
        ignoring(&format!("{REMOVED}03-04 08:01 purchase.made - m amount=1\n03-04 08:02 purchase.made g m amount=1"));
    assert_eq!((lines[1..].to_vec(), counts), (vec!["- m buys done".to_owned()], [1, 0, 0]));
}

#[test]
fn who_joins_again_after_a_removal_is_in_again() {
    let log = format!(
        "{REMOVED}03-04 08:01 message.posted g m\n03-04 08:02 member.joined g m\n03-04 08:03 message.posted g m"
    );
    let (lines, counts) = ignoring(&log);
    let mut after = lines[1..].to_vec();
    after.sort();
    assert_eq!(
        (after, counts),
        (vec!["g m asks done".to_owned(), "g m comes done".to_owned(), "g m says done".to_owned()], [1, 0, 0])
    );
}

#[test]
fn who_is_banned_does_not_come_in_again() {
    let log = format!(
        "{BANNED}03-04 08:01 message.posted g m\n03-04 08:02 member.joined g m\n03-04 08:03 message.posted g m"
    );
    assert_eq!(ignoring(&log), (vec!["g m ban done".to_owned()], [3, 0, 0]));
}

#[test]
fn a_ban_that_is_over_lets_one_in_again_but_not_by_itself() {
    let log = "03-04 08:00 red_packet.sent g m amount=1
        03-06 07:59:59 member.joined g m
        03-06 08:00:00 message.posted g m
        03-06 08:00:01 member.joined g m
        03-06 08:00:02 message.posted g m";
    let (lines, counts) = ignoring(log);
    assert_eq!((lines.last().unwrap().as_str(), counts), ("g m says done", [2, 0, 0]));
}

#[test]
fn an_unban_lets_one_in_again() {
    let rule = "rule mercy for member in group { on checkin.done  do unban to event.whom }
    event checkin.done for member in group { whom: member? }";
    let log = format!(
        "{BANNED}03-04 08:01 checkin.done g n whom=m\n03-04 08:02 member.joined g m\n03-04 08:03 message.posted g m"
    );
    let (lines, counts) = simulate(&format!("{OUT}{rule}"), &log, Options::default());
    assert_eq!((lines.last().unwrap().as_str(), counts), ("g m says done", [0, 0, 0]));
}

#[test]
fn decisions_by_staff_are_never_dropped() {
    for event in [
        "role.granted g m role=owner",
        "role.revoked g m role=owner",
        "task.done g m name=x",
        "appeal.filed g m",
        "appeal.decided g m upheld=true",
        "approval.decided g m action=x approved=true",
    ] {
        let named = "rule n for group { on checkin.done do task x \"X\" for owner due 1d }";
        let (lines, counts) =
            simulate(&format!("{OUT}{named}"), &format!("{BANNED}03-04 08:01 {event}"), Options::default());
        assert_eq!((lines.last().unwrap().as_str(), counts), ("g m staff done", [0, 0, 0]), "{event}");
    }
}

#[test]
fn keep_lets_everything_through_and_counts_it() {
    let keep = Options { after_removal: AfterRemoval::Keep, ..Options::default() };
    let (lines, counts) = simulate(OUT, &format!("{REMOVED}03-04 08:01 message.posted g m"), keep);
    assert_eq!((lines[1..].to_vec(), counts), (vec!["g m says done".to_owned()], [0, 1, 0]));
}

#[test]
fn a_removal_in_the_log_is_none_of_the_playbook() {
    let (lines, counts) = ignoring("03-04 08:00 member.removed g m\n03-04 08:01 message.posted g m");
    assert_eq!((lines, counts), (vec!["g m says done".to_owned()], [0, 0, 0]));
}

#[test]
fn a_removal_that_was_only_held_puts_nobody_out() {
    let items = OUT.replace("do remove", "do remove needs approval by owner within 1d else drop");
    let (lines, counts) = simulate(&items, &format!("{REMOVED}03-04 08:01 message.posted g m"), Options::default());
    assert_eq!((lines[1..].to_vec(), counts), (vec!["g m says done".to_owned()], [0, 0, 0]));
}

#[test]
fn steps_of_one_time_are_those_before_the_removal() {
    let (lines, counts) = ignoring(&format!("03-04 08:00 message.posted g m\n{REMOVED}03-04 08:00 message.posted g m"));
    assert_eq!((lines, counts), (vec!["g m says done".to_owned(), "g m out done".to_owned()], [1, 0, 0]));
}

const LATER: &str = "flow f for member in group { start on message.posted  after 1h do dm \"x\" }";

#[test]
fn the_clock_stops_at_the_last_event() {
    let log = "03-04 08:00:00 message.posted g m\n03-04 08:59:59 checkin.done g n";
    assert!(simulate(LATER, log, Options::default()).0.is_empty());
    let log = "03-04 08:00:00 message.posted g m\n03-04 09:00:00 checkin.done g n";
    assert_eq!(simulate(LATER, log, Options::default()).0, ["g m f done"]);
}

#[test]
fn the_clock_stops_at_the_time_asked_for() {
    let to = |text: &str| Options { to: Some(qun::time::Instant::parse(text).unwrap()), ..Options::default() };
    let log = "03-04 08:00:00 message.posted g m";
    assert!(simulate(LATER, log, to("2024-03-04T08:59:59+08:00")).0.is_empty());
    assert_eq!(simulate(LATER, log, to("2024-03-04T09:00:00+08:00")).0, ["g m f done"]);
}

#[test]
fn put_out_is_asked_of_the_state() {
    let mut run = World::new(OUT).log(REMOVED).run();
    let mut out = |line: &str| {
        let (_, events) = World::new(OUT).log(line).parts();
        let event = run.resolve(&events[0].event());
        run.state.is_put_out(&run.program, &event)
    };
    assert!(out("03-04 09:00 message.posted g m"));
    assert!(!out("03-04 09:00 message.posted h m"));
    assert!(!out("03-04 09:00 message.posted g n"));
    assert!(!out("03-04 09:00 member.joined g m"));
    assert!(!out("03-04 09:00 purchase.made - m amount=1"));
}

#[test]
fn who_may_come_back_is_still_out() {
    let items = "role owner
      rule r for member in group { on message.reported  do strike l }
      ladder l for member in group { at 1 do remove  appeal within 3d to owner }
      rule says for member in group { on message.posted  do dm \"x\" }";
    let log = "03-04 08:00 message.reported g m reporter=n
         03-04 09:00 appeal.decided g m upheld=true
         03-04 10:00 message.posted g m
         03-04 11:00 member.joined g m
         03-04 12:00 message.posted g m";
    let (lines, counts) = simulate(items, log, Options::default());
    assert_eq!(lines, ["g m r done", "g m l done", "g m l done", "g m says done"]);
    assert_eq!(counts, [1, 0, 0]);
}
