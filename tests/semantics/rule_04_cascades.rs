//! Rule 4, cascades: effects that are facts become events, handled breadth first at the same time, 64 links deep.

use crate::world::World;

/// What a rule says on an internal event, at the one or two messages of a log.
fn told(items: &str, log: &str) -> Vec<String> {
    World::new(items).log(log).run().texts()
}

const POST: &str = "03-04 08:00:00 message.posted g m";

#[test]
fn a_post_is_the_event_content_posted() {
    let items = "class brand
      message poster for group \"text\"
      rule p for group { on message.posted do { post poster as brand  post \"other\" } }
      rule t for group { on content.posted when event.message is poster and event.class is brand do announce \"seen\" }";
    assert_eq!(told(items, POST), ["text", "other", "seen"]);
}

#[test]
fn a_post_without_class_has_none() {
    let items = "class brand
      message poster for group \"text\"
      rule p for group { on message.posted do post poster }
      rule t for group { on content.posted when event.class is brand do dm_ish() otherwise do dm_ish() }
      action dm_ish()";
    let run = World::new(items).log(POST).run();
    assert!(run.of("t").is_empty(), "{:?}", run.brief());
}

#[test]
fn tags_tell_of_being_added_and_removed() {
    let items = "tag x
      rule p for member in group { on message.posted do { tag x  tag x  untag x  untag x } }
      rule a for member { on tag.added when event.tag is x do dm \"added\" }
      rule r for member { on tag.removed when event.tag is x do dm \"removed\" }";
    assert_eq!(told(items, POST), ["added", "removed"]);
}

#[test]
fn points_tell_of_their_change_and_balance() {
    let items = "points p
      rule r for member in group { on message.posted do { award 5 p  redeem 2 p  redeem 9 p } }
      rule a for member { on points.changed when event.ledger is p do dm \"{event.amount} {event.balance}\" }";
    assert_eq!(told(items, POST), ["5 5", "-2 3"]);
}

#[test]
fn a_strike_tells_its_weight_and_total() {
    let items = "ladder l for member in group { at 99 do warn \"w\" }
      rule p for member in group { on message.posted do { strike l  strike l 2 } }
      rule a for member in group { on strike.given when event.ladder is l do dm \"{event.weight} {event.total}\" }";
    assert_eq!(told(items, POST), ["1 1", "2 3"]);
}

#[test]
fn a_strike_withdrawn_is_told() {
    let items = "ladder l for member in group { at 9 do warn \"w\" }
      rule p for member in group { on message.posted do { strike l  pardon l } }
      rule a for member in group { on strike.withdrawn when event.ladder is l do dm \"withdrawn\" }";
    assert_eq!(told(items, POST), ["withdrawn"]);
}

#[test]
fn a_change_of_tier_is_told() {
    let items = "tiers t for member { tier low  tier high when exists(message.posted) }
      rule a for member { on tier.changed when event.tiers is t do dm \"{event.from} {event.to}\" }";
    assert_eq!(told(items, POST), ["low high"]);
}

#[test]
fn entering_and_leaving_a_segment_are_told() {
    let items = "segment odd for member in group when count(message.posted) == 1
      rule a for member in group { on segment.entered when event.segment is odd do dm \"in\" }
      rule b for member in group { on segment.left when event.segment is odd do dm \"out\" }";
    assert_eq!(told(items, &format!("{POST}\n{POST}")), ["in", "out"]);
}

#[test]
fn a_flow_tells_its_start_and_end() {
    let items = "flow f for member in group { start on message.posted  stop on message.deleted  goal when exists(checkin.done, since start)
        after 1h do dm \"step\" }
      rule a for member in group { on flow.started when event.flow is f do dm \"started\" }
      rule b for member in group { on flow.ended when event.flow is f do dm \"{event.how}\" }";
    let ends = |line: &str| {
        let run = World::new(items).log(POST).log(line).until("03-04 10:00").run();
        run.texts().join(" ")
    };
    assert_eq!(ends(""), "started step finished");
    assert_eq!(ends("03-04 08:30:00 message.deleted g m"), "started stopped");
    assert_eq!(ends("03-04 08:30:00 checkin.done g m"), "started goal");
}

#[test]
fn a_task_tells_of_its_making_and_of_being_overdue() {
    let items = "role admin
      rule p for member in group { on message.posted do task look \"look at {member.id}\" for admin due 1h }
      rule a for member in group { on task.created when event.role is admin and event.name is look and event.item is p
        do dm \"{event.title} {event.due}\" }
      rule b for member in group { on task.overdue when event.name is look do dm \"late: {event.title}\" }";
    let run = World::new(items).log(POST).until("03-04 09:00").run();
    assert_eq!(run.texts(), ["look at m 2024-03-04 09:00", "late: look at m"]);
}

#[test]
fn sanctions_tell_of_themselves() {
    for (action, event) in [("mute 1h", "member.muted"), ("remove", "member.removed"), ("ban", "member.banned")] {
        let items = format!(
            "rule p for member in group {{ on message.posted do {action} }}
             rule a for group {{ on {event} do post \"told\" }}"
        );
        assert_eq!(told(&items, POST), ["told"], "{event}");
    }
}

#[test]
fn a_dissolved_group_tells_of_its_closing() {
    let items = "rule p for group { on message.posted do dissolve }
      rule a for community { on group.closed do told() }
      action told()";
    let run = World::new(items).log(POST).run();
    assert_eq!(run.brief(), ["03-04 08:00 g - p dissolve done", "03-04 08:00 - - a told done"]);
}

#[test]
fn a_sample_of_a_metric_is_an_event() {
    let items = "metric posts for group every day at 09:00 = count(message.posted)
      rule a for group { on metric.posts when event.value == 1 do post \"one\" }";
    assert_eq!(World::new(items).log(POST).until("03-04 09:00").run().texts(), ["one"]);
}

#[test]
fn what_is_emitted_is_an_event_with_its_fields() {
    let items = "event ping for member in group { n: number, word: text, spare: text? }
      rule p for member in group { on message.posted do emit ping { n: 1 + 1, word: \"{member.id}\" } }
      rule a for member in group { on ping do dm \"{event.n} {event.word} {event.spare else \"none\"}\" }";
    assert_eq!(told(items, POST), ["2 m none"]);
}

#[test]
fn an_internal_event_has_the_time_of_its_input() {
    let items = "event ping for member in group {}
      rule p for member in group { on message.posted do emit ping }
      rule a for member in group { on ping when event.at == now and since(message.posted) == 0s do dm \"now\" }";
    assert_eq!(told(items, POST), ["now"]);
}

#[test]
fn a_cascade_is_handled_breadth_first() {
    let items = "event ping for member in group { name: text }
      rule p for member in group { on message.posted do { emit ping { name: \"a\" }  emit ping { name: \"b\" } } }
      rule a for member in group { on ping when event.name is \"a\" do { dm \"a\"  emit ping { name: \"a1\" }  emit ping { name: \"a2\" } } }
      rule b for member in group { on ping when event.name is \"b\" do { dm \"b\"  emit ping { name: \"b1\" } } }
      rule c for member in group { on ping when event.name contains \"1\" or event.name contains \"2\" do dm \"{event.name}\" }";
    assert_eq!(told(items, POST), ["a", "b", "a1", "a2", "b1"]);
}

#[test]
fn emission_is_in_the_order_of_the_effects() {
    let items = "tag x
      points p
      rule two for member in group { on message.posted do award 1 p }
      rule one for member in group { on message.posted do tag x }
      rule a for member { on tag.added do dm \"tag\" }
      rule b for member { on points.changed do dm \"points\" }";
    assert_eq!(told(items, POST), ["points", "tag"]);
}

#[test]
fn an_internal_event_is_counted_before_conditions_are_tested() {
    let items = "points p
      rule two for member in group { on message.posted do { award 1 p  award 1 p } }
      rule b for member { on points.changed do dm \"{count(points.changed)} {event.balance} {member.p}\" }";
    assert_eq!(told(items, POST), ["1 1 2", "2 2 2"]);
}

const CHAIN: &str = "event ping for member in group { n: number }
  rule first for member in group { on message.posted do emit ping { n: 1 } }
  rule next for member in group { on ping when event.n < LAST do { emit ping { n: event.n + 1 }  dm \"{event.n}\" } }
  rule other for group { on message.posted do post \"other\" }
  rule last_link for member in group { on ping when event.n >= LAST do dm \"{event.n}\" }";

#[test]
fn a_chain_of_64_links_works() {
    let run = World::new(&CHAIN.replace("LAST", "64")).log(POST).run();
    assert_eq!(run.texts().len(), 65);
    assert_eq!(run.texts().last().map(String::as_str), Some("64"));
    assert!(run.out.notes.is_empty());
    assert!(run.brief().iter().all(|line| line.ends_with(" done")));
}

#[test]
fn the_65th_link_is_cut_and_reported() {
    let run = World::new(&CHAIN.replace("LAST", "1000")).log(POST).run();
    assert_eq!(run.texts().len(), 65);
    assert_eq!(run.texts().last().map(String::as_str), Some("64"));
    assert_eq!(run.out.notes.len(), 1);
    let cut: Vec<_> = run.of("next").into_iter().filter(|line| !line.ends_with(" done")).collect();
    assert_eq!(cut, ["03-04 08:00 g m emit dropped (cascade too long)"]);
}

#[test]
fn a_flow_that_wakes_itself_at_one_instant_is_a_chain() {
    let items = "event ping.sent for group { n: number? }
      flow f for group { start on ping.sent  at once do emit ping.sent }";
    let run = World::new(items).log("03-04 08:00 ping.sent g -").run();
    // What the run itself would have told is cut, too.
    assert_eq!((run.of("f").len(), run.out.notes.len()), (65, 3));
    assert_eq!(run.of("f")[64], "03-04 08:00 g - emit dropped (cascade too long)");
    // Time begins a new chain.
    let items = items.replace("at once", "after 1m");
    let run = World::new(&items).log("03-04 08:00 ping.sent g -").until("03-04 10:00").run();
    assert_eq!((run.of("f").len(), run.out.notes.len()), (120, 0));
}

#[test]
fn an_avalanche_ends() {
    let items = "event ping.sent for group { n: number? }
      rule a for group { on ping.sent  do { emit ping.sent  emit ping.sent } }";
    let run = World::new(items).log("03-04 08:00 ping.sent g -").run();
    let done = run.of("a").iter().filter(|line| line.ends_with(" done")).count();
    // Two, four and eight before the fourth links.
    assert_eq!(done, 2 + 4 + 8 + 100_000);
}

#[test]
fn nothing_else_is_lost_when_a_link_is_cut() {
    let run = World::new(&CHAIN.replace("LAST", "1000")).log(POST).log("03-04 09:00:00 message.posted g n").run();
    assert_eq!(run.texts().len(), 130);
    assert_eq!(run.times("other"), ["03-04 08:00", "03-04 09:00"]);
    let wide = "event ping for member in group { n: number }
      rule first for member in group { on message.posted do { emit ping { n: 1 }  emit ping { n: 41 } } }
      rule next for member in group { on ping when event.n != 40 and event.n < 200 do emit ping { n: event.n + 1 } }
      rule end for member in group { on ping when event.n == 40 do dm \"whole\" }";
    assert_eq!(told(wide, POST), ["whole"]);
}

#[test]
fn two_rules_that_feed_each_other_end() {
    let items = "tag x
      rule a for member { on tag.added do untag x }
      rule b for member { on tag.removed do tag x }
      rule p for member in group { on message.posted do tag x }";
    let run = World::new(items).log(POST).run();
    assert_eq!(run.out.notes.len(), 1);
    assert!(run.brief().len() >= 65);
}

#[test]
fn an_action_of_a_membership_emits_for_the_person() {
    let items = "tag x
      rule p for member in group { on message.posted do tag x }
      rule a for member { on tag.added do dm \"{member.id}\" }";
    assert_eq!(told(items, POST), ["m"]);
}

#[test]
fn a_skipped_action_emits_nothing() {
    let items = "points p
      rule r for member in group { on message.posted do { redeem 5 p  unmute } }
      rule a for member { on points.changed do dm \"told\" }";
    assert!(told(items, POST).is_empty());
}

#[test]
fn an_event_of_the_person_triggers_no_item_of_a_membership() {
    let items = "rule r for member in group { on tag.added do dm \"x\" }";
    let errors = crate::world::errors(items);
    assert!(errors.len() == 1, "{errors:?}");
}

#[test]
fn each_membership_hears_an_event_of_the_person() {
    let items = "tag x
      rule p for member in group { on checkin.done do tag x }
      rule a for each member in group { on tag.added do dm \"{group.id}\" }";
    let run = World::new(items).log("03-04 07:00:00 message.posted h m\n 03-04 08:00:00 checkin.done g m").run();
    assert_eq!(run.texts(), ["g", "h"]);
}

#[test]
fn an_emitted_event_changes_what_a_recorded_one_would() {
    let items = "field city: text for member
      event moved for member { city: text }
      rule p for member in group { on message.posted do emit moved { city: \"bj\" } }
      rule a for member { on moved do dm \"{member.city else \"-\"}\" }";
    assert_eq!(told(items, POST), ["bj"]);
}

#[test]
fn an_action_starts_and_stops_a_flow_and_both_are_told() {
    let items = "flow f for member in group { after 1h do dm \"step\" }
      rule p for member in group { on message.posted do start f }
      rule q for member in group { on message.deleted do stop f }
      rule a for member in group { on flow.started, flow.ended do dm \"told\" }";
    let run = World::new(items).log(POST).log("03-04 08:30:00 message.deleted g m").until("03-04 10:00").run();
    assert_eq!(run.texts(), ["told", "told"]);
}

#[test]
fn a_removal_has_happened_when_it_is_told() {
    let items = "rule p for member in group { on message.posted do remove }
      rule a for group { on member.removed do post \"{group.size} {count(member.removed)}\" }";
    assert_eq!(told(items, "03-04 07:00:00 member.joined g n\n03-04 08:00:00 message.posted g m"), ["1 1"]);
}

#[test]
fn a_closed_group_is_closed_for_later_schedules() {
    let items = "rule p for group { on message.posted do dissolve }
      calendar c for group { every day at 09:00 do post \"morning\" }";
    let run = World::new(items).log("03-04 07:00:00 checkin.done h n").log(POST).until("03-04 10:00").run();
    assert_eq!(run.of("c"), ["03-04 09:00 h - post done"]);
}

#[test]
fn a_chain_begins_anew_with_each_input() {
    let items = "event ping for member in group {}
      flow f for member in group { start on message.posted, ping  after 1h do emit ping }";
    let run = World::new(items).log(POST).until("03-09 08:00").run();
    assert!(run.out.notes.is_empty());
    assert_eq!(run.times("f").len(), 120);
}
