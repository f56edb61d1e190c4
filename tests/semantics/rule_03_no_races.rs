//! Rule 3, no races: all rules that one input triggers see the same state; effects come by file name, then position.

use crate::world::World;

#[test]
fn two_rules_that_would_stop_each_other_both_fire() {
    let items = "tag x, y
      rule a for member in group { on message.posted when not (member has y) do tag x }
      rule b for member in group { on message.posted when not (member has x) do tag y }";
    let run = World::new(items).log("03-04 08:00:00 message.posted g m").run();
    assert_eq!(run.brief(), ["03-04 08:00 g m a tag done", "03-04 08:00 g m b tag done"]);
}

#[test]
fn a_rule_does_not_see_the_effect_of_an_earlier_one() {
    let items = "tag x
      rule a for member in group { on message.posted do tag x }
      rule b for member in group { on message.posted when member has x do dm \"seen\" }";
    let run = World::new(items).log("03-04 08:00:00 message.posted g m\n 03-04 08:00:00 message.posted g m").run();
    assert_eq!(run.times("b").len(), 1);
}

#[test]
fn effects_come_by_file_name_then_position() {
    let rule = |name: &str| format!("rule {name} for member in group {{ on message.posted do dm \"{name}\" }}\n");
    let run = World::new("")
        .file("c.sop", &(rule("c1") + &rule("c0")))
        .file("b/z.sop", &rule("bz"))
        .file("b.sop", &rule("b"))
        .log("03-04 08:00:00 message.posted g m")
        .run();
    assert_eq!(run.texts(), ["b", "bz", "c1", "c0"]);
}

#[test]
fn several_whens_of_a_rule_see_the_same_state() {
    let items = "tag x, y
      rule a for member in group { on message.posted
        when not (member has y) do tag x
        when not (member has x) do tag y }";
    let run = World::new(items).log("03-04 08:00:00 message.posted g m").run();
    assert_eq!(run.brief(), ["03-04 08:00 g m a tag done", "03-04 08:00 g m a tag done"]);
}

#[test]
fn effects_are_applied_one_after_the_other() {
    let items = "points p
      rule a for member in group { on message.posted do award 10 p }
      rule b for member in group { on message.posted do redeem 10 p }";
    let run = World::new(items).log("03-04 08:00:00 message.posted g m").run();
    assert_eq!(run.brief(), ["03-04 08:00 g m a award done", "03-04 08:00 g m b redeem done"]);
    assert_eq!(run.args("b", "balance"), ["0"]);
}

#[test]
fn an_effect_too_early_finds_the_balance_too_low() {
    let items = "points p
      rule b for member in group { on message.posted do redeem 10 p }
      rule c for member in group { on message.posted do award 10 p }";
    let run = World::new(items).log("03-04 08:00:00 message.posted g m").run();
    assert_eq!(run.brief(), ["03-04 08:00 g m b redeem skipped (balance too low)", "03-04 08:00 g m c award done"]);
}

#[test]
fn the_actions_of_one_rule_come_in_their_order() {
    let items = "tag x
      rule a for member in group { on message.posted do { tag x  untag x  tag x  tag x } }";
    let run = World::new(items).log("03-04 08:00:00 message.posted g m").run();
    assert_eq!(
        run.of("a"),
        [
            "03-04 08:00 g m tag done",
            "03-04 08:00 g m untag done",
            "03-04 08:00 g m tag done",
            "03-04 08:00 g m tag skipped (no change)"
        ]
    );
}

#[test]
fn a_strike_does_not_change_what_the_next_rule_counts() {
    let items = "ladder l for member in group { at 9 do warn \"w\" }
      rule a for member in group { on message.posted do strike l }
      rule b for member in group { on message.posted when never(strike.given) do dm \"clean\" }";
    let run = World::new(items).log("03-04 08:00:00 message.posted g m").run();
    assert_eq!(run.times("b").len(), 1);
}

#[test]
fn all_subjects_of_an_event_see_the_same_state() {
    let items = "tag x
      event alarm for community {}
      rule a for each member { on alarm when count(members where member has x) == 0 do tag x }";
    let run = World::new(items).log(
        "03-04 08:00:00 message.posted g b
         03-04 08:00:00 message.posted g a
         03-04 09:00:00 alarm - -",
    );
    assert_eq!(run.run().brief(), ["03-04 09:00 - a a tag done", "03-04 09:00 - b a tag done"]);
}

#[test]
fn an_otherwise_sees_the_state_before_the_effects() {
    let items = "tag x
      rule a for member in group { on message.posted do tag x }
      rule b for member in group { on message.posted when member has x do dm \"has\" otherwise do dm \"has not\" }";
    let run = World::new(items).log("03-04 08:00:00 message.posted g m").run();
    assert_eq!(run.texts(), ["has not"]);
}

#[test]
fn rules_that_an_internal_event_triggers_see_the_same_state() {
    let items = "tag go, x, y
      rule start_it for member in group { on message.posted do tag go }
      rule a for member { on tag.added when event.tag is go and not (member has y) do tag x }
      rule b for member { on tag.added when event.tag is go and not (member has x) do tag y }";
    let run = World::new(items).log("03-04 08:00:00 message.posted g m").run();
    assert_eq!((run.times("a").len(), run.times("b").len()), (1, 1));
}

#[test]
fn rules_over_other_subjects_see_the_same_state_too() {
    let items = "tag x
      rule a for member in group { on message.posted do tag x }
      rule b for group { on message.posted when count(members where member has x) == 0 do post \"none yet\" }
      rule c for member { on message.posted when not (member has x) do dm \"not yet\" }";
    let run = World::new(items).log("03-04 08:00:00 message.posted g m").run();
    assert_eq!(run.texts(), ["none yet", "not yet"]);
}

#[test]
fn a_segment_tested_there_and_then_is_of_the_state_before_the_effects() {
    let items = "tag x
      segment marked for member when member has x
      rule a for member in group { on message.posted do tag x }
      rule b for member in group { on message.posted when member in marked do dm \"in\" otherwise do dm \"out\" }";
    let run = World::new(items).log("03-04 08:00:00 message.posted g m").run();
    assert_eq!(run.texts(), ["out"]);
}
