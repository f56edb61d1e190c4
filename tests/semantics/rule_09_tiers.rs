//! Rule 9, tiers and segments: when they are tested, how one rises and falls.

use crate::world::World;

const TIERS: &str = "
tiers t for member {
  tier basic
  tier silver when sum(purchase.made.amount, last 20d) >= ¥500
  tier gold   when sum(purchase.made.amount, last 20d) >= ¥2000
  tier jade   when sum(purchase.made.amount, last 20d) >= ¥9000
  review every monday at 03:00
  demote after 2 reviews
}
rule changed for member { on tier.changed  do dm \"{event.from} {event.to}\" }
";

fn bought(log: &str) -> World {
    World::new(TIERS).log(log)
}

#[test]
fn a_promotion_comes_with_the_event_that_the_condition_names() {
    let run = bought("03-04 08:00 purchase.made - m amount=499.99\n03-04 08:01 purchase.made g m amount=0.01").run();
    assert_eq!(run.brief(), ["03-04 08:01 - m t promote done", "03-04 08:01 - m changed dm done"]);
    assert_eq!(run.full("t"), ["promote tiers=t from=basic to=silver"]);
}

#[test]
fn a_promotion_goes_to_the_highest_tier_whose_condition_holds() {
    let run = bought("03-04 08:00 purchase.made - m amount=2500").run();
    assert_eq!(run.texts(), ["basic gold"]);
}

#[test]
fn the_highest_tier_counts_even_if_one_below_it_does_not_hold() {
    let run = World::new(
        "tiers t for member {
            tier a  tier b when count(survey.answered) >= 9  tier c when count(survey.answered) >= 1
        }",
    );
    assert_eq!(run.log("03-04 08:00 survey.answered - m").run().full("t"), ["promote tiers=t from=a to=c"]);
}

#[test]
fn a_promotion_by_time_comes_at_local_midnight() {
    let run = World::new("tiers t for member { tier a  tier b when since(survey.answered) between 2d and 99d }");
    let run = run.log("03-04 08:00 survey.answered - m\n03-06 12:00 message.posted g m").until("03-09").run();
    assert_eq!(run.of("t"), ["03-07 00:00 - m promote done"]);
}

#[test]
fn a_sum_that_rises_when_a_refund_fades_promotes_at_midnight() {
    let log = "03-04 08:00 purchase.made - m amount=-200\n03-05 09:00 purchase.made - m amount=600";
    let run = bought(log).until("03-30").run();
    assert_eq!(run.of("t"), ["03-25 00:00 - m promote done"]);
    // A purchase long before, of somebody else, without a refund: nothing rises by time.
    let run = bought("03-04 08:00 purchase.made - n amount=400").until("03-30").run();
    assert!(run.of("t").is_empty());
}

#[test]
fn midnight_is_that_of_the_community() {
    let run = World::new(
        "community { timezone \"America/New_York\" currency USD }
        tiers t for member { tier a  tier b when since(survey.answered) between 2d and 99d }",
    );
    let run = run.log("03-04 08:00 survey.answered - m").until("03-09").run();
    assert_eq!(run.of("t"), ["03-07 00:00 - m promote done"]);
}

#[test]
fn nobody_falls_outside_a_review() {
    let run = bought("03-04 08:00 purchase.made - m amount=600").until("03-24 23:00").run();
    assert_eq!(run.texts(), ["basic silver"]);
}

#[test]
fn a_demotion_comes_after_that_many_failed_reviews_in_a_row() {
    // The purchase counts until 03-24 08:00; the reviews of 03-25 and 04-01 fail.
    let run = bought("03-04 08:00 purchase.made - m amount=600").until("05-01").run();
    assert_eq!(run.of("t"), ["03-04 08:00 - m promote done", "04-01 03:00 - m demote done"]);
    assert_eq!(run.full("t")[1], "demote tiers=t from=silver to=basic");
}

#[test]
fn a_demotion_is_one_step_at_a_time_and_the_count_starts_anew() {
    let run = bought("03-04 08:00 purchase.made - m amount=9000").until("06-01").run();
    assert_eq!(run.times("t")[1..], ["04-01 03:00", "04-15 03:00", "04-29 03:00"]);
    assert_eq!(run.texts(), ["basic jade", "jade gold", "gold silver", "silver basic"]);
}

#[test]
fn a_review_that_is_passed_starts_the_count_anew() {
    let run = bought(
        "03-04 08:00 purchase.made - m amount=600
         03-26 08:00 purchase.made - m amount=600",
    );
    // Failed 03-25, passed 04-01 and 04-08 and 04-15, failed 04-22 and 04-29.
    assert_eq!(run.until("06-01").run().times("t")[1..], ["04-29 03:00"]);
}

#[test]
fn only_reviews_count_not_what_was_between_them() {
    let run = World::new(
        "tiers t for member {
            tier a  tier b when count(survey.answered, last 2d) >= 1
            review every monday at 03:00  demote after 2 reviews
        }",
    );
    let run = run.log("03-05 08:00 survey.answered - m\n03-13 08:00 survey.answered - m").until("04-01").run();
    assert_eq!(run.times("t"), ["03-05 08:00", "03-18 03:00"]);
}

#[test]
fn a_promotion_between_reviews_starts_the_count_anew() {
    let run = bought(
        "03-04 08:00 purchase.made - m amount=600
         03-26 08:00 purchase.made - m amount=2500",
    );
    // Silver failed on 03-25; gold fails on 04-22 and 04-29.
    assert_eq!(run.until("05-02").run().times("t"), ["03-04 08:00", "03-26 08:00", "04-29 03:00"]);
}

#[test]
fn after_a_demotion_one_may_rise_again() {
    let run = bought("03-04 08:00 purchase.made - m amount=600\n04-02 08:00 purchase.made - m amount=600").run();
    assert_eq!(run.texts(), ["basic silver", "silver basic", "basic silver"]);
}

#[test]
fn without_a_review_nobody_falls() {
    let run = World::new("tiers t for member { tier a  tier b when count(survey.answered, last 2d) >= 1 }");
    assert_eq!(run.log("03-05 08:00 survey.answered - m").until("2025-03-05 00:00").run().of("t").len(), 1);
}

#[test]
fn a_review_neither_fails_nor_lifts_the_lowest_tier() {
    let run = bought("03-04 08:00 purchase.made - m amount=1").until("06-01").run();
    assert!(run.brief().is_empty());
}

#[test]
fn what_is_said_on_promotion_is_done_in_each_promotion() {
    let run = World::new(
        "points p
        tiers t for member {
            tier a  tier b when count(survey.answered, last 2d) >= 1
            review every day at 03:00  demote after 1 review
            on promotion do { dm \"up {member.t}\"  award 5 p }
            on demotion do dm \"down {member.t}\"
        }",
    );
    let run = run.log("03-05 08:00 survey.answered - m\n03-09 08:00 survey.answered - m").run();
    assert_eq!(run.texts(), ["up b", "down a", "up b"]);
    assert_eq!(
        run.of("t")[..3],
        ["03-05 08:00 - m promote done", "03-05 08:00 - m dm done", "03-05 08:00 - m award done"]
    );
    assert_eq!(run.of("t")[3], "03-08 03:00 - m demote done");
}

#[test]
fn tiers_can_be_compared() {
    let rule = "rule r for member in group {
        on message.posted
        when member.t >= silver and not (member.t is jade)  do dm \"{member.t}\"
    }";
    let run = World::new(&format!("{TIERS}{rule}")).log(
        "03-04 08:00 message.posted g m
         03-04 08:01 purchase.made g m amount=600
         03-04 08:02 message.posted g m
         03-04 08:03 purchase.made g m amount=9600
         03-04 08:04 message.posted g m",
    );
    assert_eq!(run.run().args("r", "text"), ["silver"]);
}

#[test]
fn a_condition_names_what_its_segments_name() {
    let run = World::new(
        "segment loyal for member when exists(referral.succeeded)
        let spent for member = sum(purchase.made.amount)
        tiers t for member { tier a  tier b when member.spent >= ¥10  tier c when member in loyal }",
    );
    let run = run.log("03-04 08:00 purchase.made - m amount=10\n03-04 08:01 referral.succeeded - m invitee=n").run();
    assert_eq!(run.times("t"), ["03-04 08:00", "03-04 08:01"]);
}

const SEGMENT: &str = "
segment active for member in group when count(message.posted, last 1d) >= 2
rule entered for member in group { on segment.entered  do dm \"in {event.segment}\" }
rule left for member in group { on segment.left  do dm \"out {event.segment}\" }
";

#[test]
fn a_segment_is_entered_with_the_event_and_left_at_midnight() {
    let run = World::new(SEGMENT).log("03-04 08:00 message.posted g m\n03-04 08:01 message.posted g m");
    let run = run.until("03-09").run();
    assert_eq!(run.times("entered"), ["03-04 08:01"]);
    assert_eq!(run.times("left"), ["03-06 00:00"]);
    assert_eq!(run.texts(), ["in active", "out active"]);
}

#[test]
fn a_segment_is_left_with_an_event_that_it_names() {
    let run = World::new(SEGMENT).log(
        "03-04 08:00 message.posted g m
         03-04 08:01 message.posted g m
         03-05 09:00 message.posted g m",
    );
    assert_eq!(run.run().times("left"), ["03-05 09:00"]);
}

#[test]
fn an_event_that_the_segment_does_not_name_tests_nothing() {
    let run = World::new(SEGMENT).log(
        "03-04 08:00 message.posted g m
         03-04 08:01 message.posted g m
         03-05 09:00 checkin.done g m",
    );
    assert!(run.run().times("left").is_empty());
}

#[test]
fn an_event_tests_its_own_subject_only() {
    let run = World::new(SEGMENT).log(
        "03-04 08:00 message.posted g m
         03-04 08:01 message.posted g m
         03-05 09:00 message.posted g n
         03-05 09:00 message.posted h m",
    );
    assert!(run.run().times("left").is_empty());
}

#[test]
fn a_condition_in_an_expression_is_tested_there_and_then() {
    let rule = "rule r for member in group { on checkin.done  when member in active  do dm \"still\" }";
    let run = World::new(&format!("{SEGMENT}{rule}")).log(
        "03-04 08:00 message.posted g m
         03-04 08:01 message.posted g m
         03-05 07:59 checkin.done g m
         03-05 09:00 checkin.done g m",
    );
    assert_eq!(run.run().times("r"), ["03-05 07:59"]);
}

#[test]
fn in_a_segment_is_true_for_the_event_that_makes_it_so() {
    let rule = "rule r for member in group { on message.posted  when member in active  do dm \"r\" }";
    let run = World::new(&format!("{SEGMENT}{rule}"));
    let run = run.log("03-04 08:00 message.posted g m\n03-04 08:01 message.posted g m").run();
    assert_eq!(run.texts(), ["r", "in active"]);
}

#[test]
fn entering_is_told_once_while_one_is_in() {
    let run = World::new(SEGMENT).log(
        "03-04 08:00 message.posted g m
         03-04 08:01 message.posted g m
         03-04 08:02 message.posted g m
         03-04 08:03 message.posted g m",
    );
    assert_eq!(run.run().texts(), ["in active"]);
}

#[test]
fn a_segment_of_groups() {
    let run = World::new(
        "segment busy for group when count(message.posted, last 1d) >= 2
        rule r for group { on segment.entered, segment.left  do post \"{group.id}\" }",
    );
    let run = run.log("03-04 08:00 message.posted g m\n03-04 08:01 message.posted g n").until("03-09").run();
    assert_eq!(run.of("r"), ["03-04 08:01 g - post done", "03-06 00:00 g - post done"]);
}

#[test]
fn what_is_not_known_is_not_in() {
    let run = World::new(
        "field city: text for member
        segment local for member when member.city is \"X\" and exists(survey.answered)
        segment foreign for member when not (member.city is \"X\") and exists(survey.answered)
        rule r for member { on segment.entered  do dm \"{event.segment}\" }",
    );
    let run = run.log("03-04 08:00 survey.answered - m\n03-04 09:00 member.updated - m city=X").until("03-05").run();
    assert_eq!((run.times("r"), run.texts()), (vec!["03-05 00:00".to_owned()], vec!["local".to_owned()]));
}

#[test]
fn the_tests_of_midnight_come_before_other_schedules_of_midnight() {
    let run = World::new(
        "rule a for member { every day at 00:00  do dm \"{member.t}\" }
        tiers t for member { tier low  tier high when since(survey.answered) between 1h and 99d }",
    );
    let run = run.log("03-04 08:00 survey.answered - m").until("03-05").run();
    assert_eq!(run.texts(), ["high"]);
}

#[test]
fn a_tag_taken_away_during_the_day_lets_a_tier_rise_at_midnight() {
    let items = r#"
        tag barred
        tiers t for member in group where not (member has barred) {
          tier low
          tier high when count(message.posted, last 30d) >= 2
        }
        rule bar  for member { on survey.answered  do tag barred }
        rule free for member { on referral.succeeded  do untag barred }"#;
    let run = World::new(items).log(
        "03-04 07:00 survey.answered - m
         03-04 08:00 message.posted g m
         03-04 08:01 message.posted g m
         03-06 08:00 referral.succeeded - m invitee=x
         03-08 08:00 checkin.done g y",
    );
    assert_eq!(run.run().of("t"), ["03-07 00:00 g m promote done"]);
}

#[test]
fn an_event_that_names_only_the_group_tests_its_members() {
    let items = "segment s for member in group when exists(live.cancelled by group)
      rule r for member in group { on segment.entered  do dm \"x\" }";
    let log = "03-04 08:00 message.posted g m\n03-04 08:01 message.posted h m\n03-04 09:00 live.cancelled g - live=a";
    assert_eq!(World::new(items).log(log).run().of("r"), ["03-04 09:00 g m dm done"]);
}

#[test]
fn a_condition_that_is_always_true_is_met_at_the_first_midnight() {
    let items = "tiers t for member { tier low  tier high when true }";
    let run = World::new(items).log("03-04 08:00 message.posted g m").until("03-06").run();
    assert_eq!(run.of("t"), ["03-05 00:00 - m promote done"]);
}
