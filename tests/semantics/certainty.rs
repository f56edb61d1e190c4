//! How sure a decision is: what it read, and whether the playbook itself would have changed that.

use crate::world::World;
use qun::engine::{Event, Output};
use qun::simulate::{AfterRemoval, Driver, Moment, Options, Sink};
use std::io;

/// `item certainty` of each decision.
struct Lines(Vec<String>);

impl Sink for Lines {
    fn output(&mut self, moment: &Moment<'_>, output: &Output) -> io::Result<()> {
        let item = |decision: &qun::engine::Decision| moment.program.item_name(decision.item).to_owned();
        self.0.extend(
            output.decisions.iter().map(|decision| format!("{} {}", item(decision), decision.certainty.word())),
        );
        Ok(())
    }
}

fn keeping(items: &str, log: &str, after_removal: AfterRemoval) -> Vec<String> {
    let (program, events) = World::new(items).log(log).parts();
    let mut driver = Driver::new(&program, Options { after_removal, ..Options::default() });
    let mut lines = Lines(Vec::new());
    for event in &events {
        driver.event(&event.event(), &mut lines).unwrap();
    }
    driver.finish(&mut lines).unwrap();
    lines.0
}

fn certainties(items: &str, log: &str) -> Vec<String> {
    keeping(items, log, AfterRemoval::Ignore)
}

#[test]
fn what_reads_recorded_facts_is_certain() {
    let items =
        "rule busy for member in group { on message.posted  when count(message.posted, last 1h) == 2  do dm \"x\" }";
    assert_eq!(certainties(items, "03-04 08:00 message.posted g m\n03-04 08:01 message.posted g m"), ["busy certain"]);
}

#[test]
fn what_reads_the_playbooks_own_deeds_depends() {
    let items = "
tag seen
points p
rule marks for member in group { on message.posted  do { tag seen  award 1 p } }
rule reads for member in group { on reaction.added  when member has seen  do dm \"x\" }
rule says for member in group { on checkin.done  do dm \"{member.p}\" }
rule once_only for member in group { on link.clicked  do post \"y\"  once per 1m }
";
    let log = "03-04 08:00 message.posted g m
        03-04 08:01 reaction.added g m
        03-04 08:02 checkin.done g m
        03-04 08:03 link.clicked g m
        03-04 08:05 link.clicked g m";
    let told =
        ["marks certain", "marks certain", "reads depends", "says depends", "once_only certain", "once_only certain"];
    assert_eq!(certainties(items, log), told);
}

#[test]
fn a_sum_that_something_is_added_to_is_read() {
    let items = "points p\nrule gives for member in group { on message.posted  do award 1 p }";
    let log = "03-04 08:00 message.posted g m\n03-04 08:01 message.posted g m";
    assert_eq!(certainties(items, log), ["gives certain", "gives depends"]);
}

#[test]
fn a_limit_that_counts_is_read_and_quiet_hours_are_not() {
    let items = "
rule says for member in group { on message.posted  do dm \"x\" }
rule posts for member in group { on message.posted  do post \"x\" }
limit few for member { on dm  at most 3 per day  else skip }
limit night for group { on post  not between 22:00 and 07:00  else skip }
";
    assert_eq!(certainties(items, "03-04 08:00 message.posted g m"), ["says depends", "posts certain"]);
    assert_eq!(certainties(items, "03-04 23:00 message.posted g m"), ["says depends", "posts certain"]);
}

#[test]
fn a_ladders_step_depends_on_its_strikes() {
    let items = "
ladder rude for member in group { strikes for ever  at 1 do warn \"w\"  at 2 do mute 1h }
rule bad for member in group { on message.reported  do strike rude because \"x\" }
";
    let log = "03-04 08:00 message.reported g m reporter=n\n03-04 08:01 message.reported g m reporter=n";
    assert_eq!(certainties(items, log), ["bad certain", "rude depends", "bad depends", "rude depends"]);
}

/// A mute after three messages, and what comes of what the muted member wrote all the same.
const FLOOD: &str = "
rule flood for member in group { on message.posted  when count(message.posted, last 1h) == 3  do mute 10m }
rule links for member in group { on message.posted  when event.links > 0  do delete message }
rule talk for group { on checkin.done  when count(message.posted, last 1h) > 3  do post \"x\" }
";

#[test]
fn what_a_muted_member_writes_would_not_be_there() {
    let log = "03-04 08:00 message.posted g m
        03-04 08:01 message.posted g m
        03-04 08:02 message.posted g m
        03-04 08:03 message.posted g m links=1
        03-04 08:04 message.posted g n links=1
        03-04 08:05 checkin.done g n
        03-04 08:30 message.posted g m links=1";
    assert_eq!(
        certainties(FLOOD, log),
        ["flood certain", "links unknowable", "links certain", "talk unknowable", "links depends"],
        "what others do stays certain; what the group has written holds such a message; and whether another mute would \
         lie on the member later is no longer sure"
    );
}

#[test]
fn a_doubt_ends_where_no_window_sees_it() {
    let log = "03-04 08:00 message.posted g m
        03-04 08:01 message.posted g m
        03-04 08:02 message.posted g m
        03-04 08:03 message.posted g m
        03-04 12:00 message.posted g a
        03-04 12:01 message.posted g b
        03-04 12:02 message.posted g c
        03-04 12:03 message.posted g d
        03-04 12:04 checkin.done g n";
    assert_eq!(certainties(FLOOD, log), ["flood certain", "talk certain"]);
}

#[test]
fn where_a_group_is_punished_together_a_doubt_reaches_all_of_it() {
    let items = "
rule crowd for member in group { on message.posted  when count(message.posted by group, last 1h) == 3  do mute 10m }
rule links for member in group { on message.posted  when event.links > 0  do delete message }
";
    let log = "03-04 08:00 message.posted g m
        03-04 08:01 message.posted g m
        03-04 08:02 message.posted g m
        03-04 08:03 message.posted g n links=1
        03-04 08:04 message.posted g m
        03-04 08:05 message.posted g n links=1
        03-04 08:06 message.posted h o links=1";
    assert_eq!(certainties(items, log), ["crowd certain", "links certain", "links depends", "links certain"]);
}

/// A member who is put out, and what comes after.
const OUT: &str = "
rule out for member in group { on message.reported  do remove }
rule says for member in group { on message.posted  do dm \"x\" }
rule talk for group { on checkin.done  when count(message.posted, last 1h) >= 1  do post \"x\" }
rule big for group { on checkin.done  when group.size > 1  do post \"y\" }
";

#[test]
fn who_is_put_out_is_missed() {
    let log = "03-04 08:00 message.posted g m
        03-04 08:01 message.reported g m reporter=n
        03-04 08:02 checkin.done g n
        03-04 08:03 message.posted g m
        03-04 08:04 checkin.done g n
        03-04 08:05 checkin.done g o";
    let told = ["says certain", "out certain", "talk certain", "talk depends", "talk depends", "big depends"];
    assert_eq!(certainties(OUT, log), told, "an event that was left out may be missing");
    let kept = ["says certain", "out certain", "talk certain", "says unknowable", "talk unknowable", "talk unknowable"];
    assert_eq!(keeping(OUT, log, AfterRemoval::Keep)[..6], kept);
}

#[test]
fn what_was_done_on_the_strength_of_the_unknowable_is_so_too() {
    let items = "
tag bad
rule flood for member in group { on message.posted  when count(message.posted, last 1h) == 2  do mute 10m }
rule marks for member in group { on message.posted  when event.links > 0  do tag bad }
rule reads for member in group { on checkin.done  when member has bad  do dm \"x\" }
";
    let log = "03-04 08:00 message.posted g m
        03-04 08:01 message.posted g m
        03-04 08:02 message.posted g m links=1
        03-04 08:03 checkin.done g m
        03-04 08:04 message.posted g n links=1
        03-04 08:05 checkin.done g n";
    let told = ["flood certain", "marks unknowable", "reads unknowable", "marks certain", "reads depends"];
    assert_eq!(certainties(items, log), told);
}

#[test]
fn how_people_would_have_answered_is_unknowable() {
    let items = "
role host
rule asks for member in group { on message.reported  do remove needs approval by host within 1h else drop }
rule hands for member in group { on reaction.added  do task \"t\" for host due 1h  otherwise do post \"late\" }
flow course for member in group {
  start on member.joined
  goal when exists(purchase.made, since start)
  at 0  do dm \"a\"
  after 1d  do dm \"b\"
}
flow drip for member in group {
  start on member.joined
  at 0  do dm \"a\"
  after 1d  do dm \"b\"
}
";
    let log = "03-04 08:00 message.reported g m reporter=n
        03-04 08:10 reaction.added g m
        03-04 12:00 member.joined g n
        03-05 12:00 member.renamed g n name=x";
    let told = [
        "asks certain",
        "hands certain",
        "asks unknowable",
        "hands unknowable",
        "course depends",
        "drip depends",
        "course unknowable",
        "drip depends",
    ];
    assert_eq!(certainties(items, log), told);
}

/// A world in which people go on with what they were about to do unless a sanction stops them: its log without the
/// playbook is recorded; with it, what it stops does not happen.
#[test]
fn certain_is_what_would_have_been() {
    let log = "03-04 08:00 message.posted g m links=1
        03-04 08:01 message.posted g m
        03-04 08:02 message.posted g m
        03-04 08:03 message.posted g m links=1
        03-04 08:04 message.posted g n links=1
        03-04 08:05 checkin.done g n
        03-04 08:20 message.posted g m links=1
        03-04 08:21 message.posted g n
        03-04 08:22 message.posted g n";
    let other = "03-04 08:00 message.posted g m links=1
        03-04 08:01 message.posted g m
        03-04 08:02 message.posted g m
        03-04 08:04 message.posted g n links=1
        03-04 08:05 checkin.done g n
        03-04 08:20 message.posted g m links=1
        03-04 08:21 message.posted g n
        03-04 08:22 message.posted g n";
    let told = |log: &str, certain: bool| {
        let (program, events) = World::new(FLOOD).log(log).parts();
        let mut decisions = Decisions { certain, lines: Vec::new() };
        let mut driver = Driver::new(&program, Options::default());
        events
            .iter()
            .map(|event| event.event())
            .for_each(|event: Event<'_>| driver.event(&event, &mut decisions).unwrap());
        decisions.lines
    };
    let (certain, made) = (told(log, true), told(other, false));
    assert_eq!(certain.len(), 4, "{certain:?}");
    assert!(certain.iter().all(|line| made.contains(line)), "{certain:?}\n{made:?}");
    assert!(told(log, false).iter().any(|line| !made.contains(line)), "something in the log would not have been");
}

/// `time item member` of each decision, or of those that are certain.
struct Decisions {
    certain: bool,
    lines: Vec<String>,
}

impl Sink for Decisions {
    fn output(&mut self, moment: &Moment<'_>, output: &Output) -> io::Result<()> {
        let wanted = output.decisions.iter().filter(|d| !self.certain || d.certainty.word() == "certain");
        let line = |d: &qun::engine::Decision| {
            let member = d.keys.member.map_or("", |member| moment.state.member_text(member));
            format!("{} {} {member}", d.at.ms(), moment.program.item_name(d.item))
        };
        self.lines.extend(wanted.map(line));
        Ok(())
    }
}
