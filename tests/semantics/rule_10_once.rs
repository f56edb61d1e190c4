//! Rule 10: once, top, draw, rotation, absence.

use crate::world::{Run, World};

// ---- once ----------------------------------------------------------------------------------------------------------

fn once(clause: &str, log: &str) -> Vec<String> {
    let rule = format!("rule r for member in group {{ on message.posted  do dm \"x\"  {clause} }}");
    World::new(&rule).log(log).run().of("r")
}

#[test]
fn once_per_allows_the_next_exactly_that_much_later() {
    let log = "03-04 08:00:00 message.posted g m
        03-04 08:00:59 message.posted g m
        03-04 08:01:00 message.posted g m
        03-04 08:01:59 message.posted g m
        03-04 08:02:00 message.posted g m";
    let lines = ["03-04 08:00 g m dm done", "03-04 08:01 g m dm done", "03-04 08:02 g m dm done"];
    assert_eq!(once("once per 60s", log), lines);
}

#[test]
fn once_is_once_for_ever_for_each_subject() {
    let log = "03-04 08:00 message.posted g m
        12-31 08:00 message.posted g m
        12-31 08:01 message.posted h m
        12-31 08:02 message.posted g n";
    assert_eq!(once("once", log), ["03-04 08:00 g m dm done", "12-31 08:01 h m dm done", "12-31 08:02 g n dm done"]);
}

#[test]
fn once_counts_for_each_value_of_the_per_field() {
    let rule = "rule r for group per event.text_hash { on message.posted  do post \"{event.text_hash}\"  once per 1h }";
    let run = World::new(rule).log(
        "03-04 08:00 message.posted g m text_hash=a
         03-04 08:01 message.posted g n text_hash=a
         03-04 08:02 message.posted g m text_hash=b
         03-04 08:03 message.posted g m
         03-04 09:00 message.posted g m text_hash=a",
    );
    assert_eq!(run.run().texts(), ["a", "b", "a"]);
}

#[test]
fn once_counts_firings_whose_actions_were_skipped() {
    let rule = "points p
    rule r for member { on survey.answered  do redeem 5 p  once per 1h }
    rule a for member { on member.updated  do award 5 p }";
    let run = World::new(rule).log(
        "03-04 08:00 survey.answered - m
         03-04 08:10 member.updated - m
         03-04 08:20 survey.answered - m
         03-04 09:00 survey.answered - m",
    );
    assert_eq!(run.run().of("r"), ["03-04 08:00 - m redeem skipped (balance too low)", "03-04 09:00 - m redeem done"]);
}

#[test]
fn once_counts_firings_that_a_limit_skipped() {
    let rule = "limit none for member { on dm  not between 08:00 and 08:30  else skip }";
    let rule = format!("{rule} rule r for member in group {{ on message.posted  do dm \"x\"  once per 1h }}");
    let run = World::new(&rule).log("03-04 08:00 message.posted g m\n03-04 08:40 message.posted g m").run();
    assert_eq!(run.of("r"), ["03-04 08:00 g m dm skipped (limit none)"]);
}

#[test]
fn once_does_not_count_what_did_not_fire() {
    let rule = "rule r for member in group { on message.posted  when event.links > 0  do dm \"x\"  once per 1h }";
    let run = World::new(rule).log("03-04 08:00 message.posted g m\n03-04 08:01 message.posted g m links=1").run();
    assert_eq!(run.of("r"), ["03-04 08:01 g m dm done"]);
}

#[test]
fn once_of_a_schedule_counts_too() {
    let rule = "rule r for group { every day at 09:00  do post \"x\"  once per 2d }";
    let run = World::new(rule).log("03-04 08:00 group.created g - group_kind=x").until("03-09").run();
    assert_eq!(run.times("r"), ["03-04 09:00", "03-06 09:00", "03-08 09:00"]);
}

#[test]
fn several_conditions_are_as_many_rules() {
    let rule = "rule r for member in group {
        on message.posted
        when event.links > 0  do dm \"links\"
        when event.images > 0  do dm \"images\"
        once per 1h
    }";
    let run = World::new(rule).log(
        "03-04 08:00 message.posted g m links=1
         03-04 08:01 message.posted g m links=1 images=1
         03-04 08:02 message.posted g m images=1",
    );
    assert_eq!(run.run().texts(), ["links", "images"]);
}

// ---- top -----------------------------------------------------------------------------------------------------------

/// Members a to f in group g with 1 to 6 messages, and a (7) and b (1) in group h.
fn talk() -> String {
    let mut log = String::new();
    for (i, member) in ["a", "b", "c", "d", "e", "f"].into_iter().enumerate() {
        log.push_str(&format!("03-04 08:0{i} message.posted g {member}\n").repeat(i + 1));
    }
    log + &"03-04 09:00 message.posted h a\n".repeat(7) + "03-04 09:01 message.posted h b\n"
}

fn chosen(clause: &str) -> Vec<String> {
    let rule = format!(
        "rule r for member in group {{
            every day at 21:00  when count(message.posted) > 1
            {clause}
            do dm \"yes\"  otherwise do warn \"no\"
        }}"
    );
    let run = World::new(&rule).log(&talk()).until("03-04 23:00").run();
    let lines = run.of("r").into_iter().filter(|line| line.contains(" dm ")).collect::<Vec<_>>();
    lines.iter().map(|line| line.split(' ').skip(2).take(2).collect::<Vec<_>>().join(" ")).collect()
}

#[test]
fn top_takes_the_first_per_group() {
    assert_eq!(chosen("top 2 by count(message.posted) per group"), ["g e", "g f", "h a"]);
}

#[test]
fn top_without_a_scope_is_over_all() {
    assert_eq!(chosen("top 2 by count(message.posted)"), ["g f", "h a"]);
}

#[test]
fn top_per_cent_is_rounded_up() {
    // Five candidates in g, one in h.
    assert_eq!(chosen("top 20% by count(message.posted) per group"), ["g f", "h a"]);
    assert_eq!(chosen("top 21% by count(message.posted) per group"), ["g e", "g f", "h a"]);
    assert_eq!(chosen("top 1% by count(message.posted) per group"), ["g f", "h a"]);
    assert_eq!(chosen("top 100% by count(message.posted)").len(), 6);
}

#[test]
fn more_than_there_are_takes_all() {
    assert_eq!(chosen("top 99 by count(message.posted) per group").len(), 6);
    assert_eq!(chosen("draw 99 per group").len(), 6);
}

#[test]
fn ties_go_by_member_id() {
    let rule = "rule r for member in group { every day at 21:00  top 2 by count(message.posted)  do dm \"x\" }";
    let run = World::new(rule).log(
        "03-04 08:00 message.posted g m9
         03-04 08:01 message.posted g m2
         03-04 08:02 message.posted g m10
         03-04 08:03 message.posted g m1",
    );
    let run = run.until("03-04 22:00").run();
    assert_eq!(run.of("r"), ["03-04 21:00 g m1 dm done", "03-04 21:00 g m10 dm done"]);
}

#[test]
fn the_lowest_are_the_first_by_less() {
    assert_eq!(chosen("top 1 by 0 - count(message.posted) per group"), ["g b", "h a"]);
}

#[test]
fn otherwise_acts_for_the_false_and_for_those_not_taken() {
    let rule = "rule r for member in group {
        every day at 21:00  when count(message.posted) > 1  top 1 by count(message.posted)
        do dm \"yes\"  otherwise do dm \"no\"
    }";
    let run = World::new(rule).log(
        "03-04 08:00 message.posted g a
         03-04 08:01 message.posted g b
         03-04 08:01 message.posted g b
         03-04 08:02 message.posted g c
         03-04 08:02 message.posted g c
         03-04 08:02 message.posted g c",
    );
    let run = run.until("03-04 22:00").run();
    assert_eq!(run.of("r").len(), 3);
    assert_eq!(run.texts(), ["no", "no", "yes"]);
}

#[test]
fn otherwise_does_not_act_for_the_unknown() {
    let rule = "rule r for member in group { on message.posted  when event.length > 3  do dm \"yes\"  otherwise do dm \"no\" }";
    let run = World::new(rule).log(
        "03-04 08:00 message.posted g a
         03-04 08:01 message.posted g b length=3
         03-04 08:02 message.posted g c length=4",
    );
    assert_eq!(run.run().brief().len(), 2);
}

#[test]
fn who_has_left_is_no_candidate() {
    let rule = "rule r for member in group { every day at 21:00  top 1 by count(message.posted)  do dm \"x\" }";
    let run = World::new(rule).log(
        "03-04 08:00 message.posted g a
         03-04 08:01 message.posted g a
         03-04 08:02 message.posted g b
         03-04 09:00 member.left g a",
    );
    assert_eq!(run.until("03-04 22:00").run().of("r"), ["03-04 21:00 g b dm done"]);
}

#[test]
fn an_unknown_rank_is_not_taken() {
    let rule = "rule r for member in group { every day at 21:00  top 2 by avg(message.posted.length)  do dm \"x\" }";
    let run = World::new(rule).log(
        "03-04 08:00 message.posted g a
         03-04 08:01 message.posted g b length=1
         03-04 08:02 message.posted g c length=2",
    );
    assert_eq!(run.until("03-04 22:00").run().of("r"), ["03-04 21:00 g b dm done", "03-04 21:00 g c dm done"]);
}

// ---- draw ----------------------------------------------------------------------------------------------------------

fn members(group: &str, names: std::ops::Range<u32>) -> String {
    names.map(|n| format!("03-04 07:00 member.joined {group} m{n}\n")).collect()
}

fn drawn(log: &str) -> Run {
    let rule = "event raffle.closed for group {}
    rule r for each member in group { on raffle.closed  when not member has out  draw 3  do dm \"won\" }
    tag out rule o for member { on survey.answered do tag out }";
    World::new(rule).log(log).run()
}

#[test]
fn a_draw_takes_as_many_as_it_says_of_the_group() {
    let log = members("g", 0..20) + &members("h", 20..30) + "03-04 08:00 raffle.closed g - id=\"x\"";
    let run = drawn(&log);
    assert_eq!(run.of("r").len(), 3);
    assert!(run.of("r").iter().all(|line| line.contains(" g ")));
}

#[test]
fn a_draw_takes_those_for_whom_the_condition_is_true() {
    let log = members("g", 0..4) + "03-04 07:30 survey.answered - m0\n03-04 07:30 survey.answered - m1\n";
    let run = drawn(&(log + "03-04 08:00 raffle.closed g -"));
    assert_eq!(run.of("r"), ["03-04 08:00 g m2 dm done", "03-04 08:00 g m3 dm done"]);
}

#[test]
fn a_draw_can_be_drawn_again_whatever_the_order_of_the_members() {
    let close = "03-04 08:00 raffle.closed g -";
    let lines = members("g", 0..20);
    let turned: String = lines.lines().rev().map(|line| format!("{line}\n")).collect();
    assert_eq!(drawn(&(lines.clone() + close)).of("r"), drawn(&(turned + close)).of("r"));
    assert_eq!(drawn(&(lines.clone() + close)).of("r"), drawn(&(lines + close)).of("r"));
}

#[test]
fn another_event_draws_others() {
    let log = members("g", 0..200) + &"03-04 08:00 raffle.closed g -\n".repeat(2);
    let lines = drawn(&log).of("r");
    assert_eq!(lines.len(), 6);
    assert_ne!(lines[..3], lines[3..]);
}

#[test]
fn a_draw_per_group_draws_in_each() {
    let rule = "rule r for member in group { every day at 21:00  draw 2 per group  do dm \"won\" }";
    let run = World::new(rule).log(&(members("g", 0..9) + &members("h", 0..9))).until("03-04 22:00").run();
    let in_g = run.of("r").iter().filter(|line| line.contains(" g ")).count();
    assert_eq!((run.of("r").len(), in_g), (4, 2));
}

// ---- rotation ------------------------------------------------------------------------------------------------------

const POOL: &str = "
message a for group \"a\"  message b for group \"b\"  message c for group \"c\"
pool p { a, b, c }
rule r for group { on message.posted  do post from p }
rule direct for group { on checkin.done  do post b }";

#[test]
fn a_pool_rotates_for_each_group() {
    let run = World::new(POOL).log(
        "03-04 08:00 message.posted g m
         03-04 08:01 message.posted g m
         03-04 08:02 message.posted h m
         03-04 08:03 message.posted g m
         03-04 08:04 message.posted g m
         03-04 08:05 message.posted h m",
    );
    assert_eq!(run.run().texts(), ["a", "b", "a", "c", "a", "b"]);
}

#[test]
fn a_pool_tells_the_message_used() {
    let run = World::new(POOL).log("03-04 08:00 message.posted g m").run();
    assert_eq!(run.full("r"), ["post message=a text=a"]);
}

#[test]
fn pieces_rotate_for_each_group() {
    let rule = "message a for group \"1\" or \"2\" or \"3\"  rule r for group { on message.posted  do post a }";
    let run = World::new(rule).log(
        "03-04 08:00 message.posted g m
         03-04 08:01 message.posted h m
         03-04 08:02 message.posted g m
         03-04 08:03 message.posted g m
         03-04 08:04 message.posted g m
         03-04 08:05 message.posted h m",
    );
    assert_eq!(run.run().texts(), ["1", "1", "2", "3", "1", "2"]);
}

#[test]
fn pieces_of_a_file_come_in_order_for_each_group() {
    let rule = "message a for group from \"a.yaml\"  rule r for group { on message.posted  do post a }";
    let run = World::new(rule).content("a.yaml", "- one\n- two\n").log(
        "03-04 08:00 message.posted g m
         03-04 08:01 message.posted h m
         03-04 08:02 message.posted g m
         03-04 08:03 message.posted g m",
    );
    assert_eq!(run.run().texts(), ["one", "one", "two", "one"]);
}

#[test]
fn pieces_with_dates_come_on_their_local_day() {
    let rule = "message a for group from \"a.yaml\"  rule r for group { on message.posted  do post a }";
    let pieces = "- {date: 2024-03-05, text: five}\n- {date: 2024-03-04, text: four}\n";
    let run = World::new(rule).content("a.yaml", pieces).log(
        "03-04 23:59:59 message.posted g m
         03-05 00:00:00 message.posted g m
         03-05 00:00:01 message.posted g m",
    );
    assert_eq!(run.run().texts(), ["four", "five", "five"]);
}

/// Scores of the pieces, then that many posts.
fn weighted(weight: &str, scores: &[(&str, u32)], posts: usize) -> String {
    let items = format!(
        "event score.given for group {{ piece_of: message, points: number }}
        message a for group \"a\"  message b for group \"b\"  message c for group \"c\"
        pool p {{ a, b, c }} weighted by {weight}
        rule r for group {{ on message.posted  do post from p }}"
    );
    let scores = scores.iter().map(|(piece, n)| format!("03-04 07:00 score.given g - piece_of={piece} points={n}\n"));
    let log = scores.collect::<String>() + &"03-04 08:00 message.posted g m\n".repeat(posts);
    World::new(&items).log(&log).run().texts().concat()
}

const SUM: &str = "sum(score.given.points by group, piece_of = piece)";
const AVG: &str = "avg(score.given.points by group, piece_of = piece)";

#[test]
fn a_weighted_pool_uses_the_greatest_credit_which_pays_the_sum() {
    // Credits after each use, of 6: 4 2 1 -> a, 1 4 2 -> b, 5 -1 3 -> a, 2 1 4 -> c, ...
    assert_eq!(weighted(SUM, &[("a", 4), ("b", 2), ("c", 1)], 7), "abacaba");
    assert_eq!(weighted(SUM, &[("a", 40), ("b", 20), ("c", 10)], 7), "abacaba");
}

#[test]
fn no_weight_is_below_a_tenth_of_the_mean() {
    // 80, 10, 0: the mean is 30, so that c weighs 3; of 93 uses, 3 are c.
    let used = weighted(SUM, &[("a", 80), ("b", 10)], 93);
    let times = |piece: char| used.chars().filter(|&c| c == piece).count();
    assert_eq!((times('a'), times('b'), times('c')), (80, 10, 3));
}

#[test]
fn an_unknown_weight_is_the_mean_of_the_known() {
    // 6, 2 and so 4.
    let used = weighted(AVG, &[("a", 6), ("b", 2)], 12);
    let times = |piece: char| used.chars().filter(|&c| c == piece).count();
    assert_eq!((times('a'), times('b'), times('c')), (6, 2, 4));
}

#[test]
fn without_any_known_weight_all_take_turns() {
    assert_eq!(weighted(AVG, &[], 6), "abcabc");
    assert_eq!(weighted(SUM, &[], 6), "abcabc");
}

// ---- absence -------------------------------------------------------------------------------------------------------

fn silent(log: &str) -> Vec<String> {
    let rule = "rule r for member in group { on no message.posted for 7d  do dm \"x\" }";
    World::new(rule).log(log).until("04-30").run().of("r")
}

#[test]
fn an_absence_fires_once_after_the_last_event() {
    let log = "03-04 08:00 member.joined g m\n03-05 08:00 message.posted g m\n03-06 09:00 message.posted g m";
    assert_eq!(silent(log), ["03-13 09:00 g m dm done"]);
}

#[test]
fn an_absence_fires_after_the_subject_was_first_seen() {
    assert_eq!(silent("03-04 08:00 member.joined g m"), ["03-11 08:00 g m dm done"]);
    assert_eq!(silent("03-04 08:00 checkin.done g m\n03-05 08:00 checkin.done g m"), ["03-11 08:00 g m dm done"]);
}

#[test]
fn an_absence_is_armed_again_by_the_next_event() {
    let log = "03-04 08:00 message.posted g m\n03-20 08:00 message.posted g m";
    assert_eq!(silent(log), ["03-11 08:00 g m dm done", "03-27 08:00 g m dm done"]);
}

#[test]
fn an_event_at_the_very_end_of_an_absence_comes_too_late() {
    let log = "03-04 08:00:00 message.posted g m\n03-11 08:00:00 message.posted g m";
    assert_eq!(silent(log), ["03-11 08:00 g m dm done", "03-18 08:00 g m dm done"]);
    let log = "03-04 08:00:00 message.posted g m\n03-11 07:59:59 message.posted g m";
    assert_eq!(silent(log), ["03-18 07:59:59 g m dm done"]);
}

#[test]
fn the_absence_of_another_is_not_ended() {
    let log = "03-04 08:00 message.posted g m\n03-05 08:00 message.posted g n\n03-05 08:00 message.posted h m";
    assert_eq!(silent(log).len(), 3);
}

#[test]
fn who_has_left_is_not_absent() {
    assert!(silent("03-04 08:00 message.posted g m\n03-05 08:00 member.left g m").is_empty());
    assert!(silent("03-04 08:00 message.posted g m\n03-05 08:00 member.banned g m").is_empty());
}

#[test]
fn a_group_that_is_closed_is_not_silent() {
    let rule = "rule r for group { on no message.posted for 7d  do post \"x\" }";
    let log = "03-04 08:00 group.created g - group_kind=x\n03-04 08:00 group.created h - group_kind=x\n03-05 08:00 group.closed g -";
    assert_eq!(World::new(rule).log(log).until("04-30").run().of("r"), ["03-11 08:00 h - post done"]);
}

#[test]
fn the_condition_of_an_absence_is_asked_when_it_fires() {
    let rule = "rule r for member in group { on no message.posted for 7d  when exists(checkin.done)  do dm \"x\" }";
    let log = "03-04 08:00 message.posted g m\n03-12 08:00 checkin.done g m\n03-13 08:00 message.posted g m";
    assert_eq!(World::new(rule).log(log).until("04-30").run().of("r"), ["03-20 08:00 g m dm done"]);
}

#[test]
fn members_of_the_directory_are_seen_at_the_start() {
    let rule = "rule r for member in group { on no message.posted for 7d  do dm \"x\" }";
    let world = World::new(rule).log("03-04 08:00 message.posted g n").member("m", |m| {
        m.groups.push(qun::engine::DirectoryMembership { group: "g".into(), ..Default::default() });
    });
    assert_eq!(world.until("03-12").run().of("r"), ["03-11 08:00 g m dm done", "03-11 08:00 g n dm done"]);
}

#[test]
fn who_comes_back_is_absent_after_the_return() {
    let log = "03-04 08:00 message.posted g m\n03-05 08:00 member.left g m\n03-20 08:00 member.joined g m";
    assert_eq!(silent(log), ["03-27 08:00 g m dm done"]);
}

#[test]
fn who_may_not_fire_yet_leaves_the_place_to_the_next() {
    let rule =
        "rule r for member in group { every day at 21:00  top 1 by count(message.posted)  do dm \"x\"  once per 30d }";
    let run = World::new(rule).log(&talk()).until("03-06 23:00").run();
    let lines = ["03-04 21:00 h a dm done", "03-05 21:00 g f dm done", "03-06 21:00 g e dm done"];
    assert_eq!(run.of("r"), lines);
}

#[test]
fn who_cannot_be_ranked_is_no_candidate_of_top() {
    let items = r#"
        event scored for member in group { points: number }
        tag best, other
        rule r for member in group {
          every day at 09:00
          top 50% by avg(scored.points, last 1d)
          do tag best
          otherwise do tag other
        }"#;
    let run = World::new(items).log(
        "03-04 08:00 member.joined g a
         03-04 08:00 member.joined g b
         03-04 08:00 member.joined g c
         03-04 08:10 scored g a points=1
         03-04 08:10 scored g b points=2
         03-04 10:00 checkin.done g a",
    );
    let run = run.run();
    assert_eq!(run.args("r", "tag"), ["other", "best"]);
}

#[test]
fn the_branches_of_a_silence_see_one_state() {
    let rule = "field open: bool for group
      rule r for group {
        on no message.posted for 1h
        when not (group has open)  do set open = true
        when group has open        do post \"open\"
      }";
    let run = World::new(rule).log("03-04 08:00 checkin.done g m").until("03-04 10:00").run();
    assert_eq!(run.of("r"), ["03-04 09:00 g - set done"]);
}

#[test]
fn the_silence_of_a_person_begins_anew_with_coming_back() {
    let rule = "rule r for member { on no message.posted for 1d  do dm \"x\" }";
    let log = "03-04 08:00 member.joined g m\n03-04 09:00 member.left g m\n03-10 08:00 member.joined g m";
    assert_eq!(World::new(rule).log(log).until("03-20 00:00").run().of("r"), ["03-11 08:00 - m dm done"]);
}

#[test]
fn nobody_becomes_a_member_of_a_closed_group() {
    let rule = "rule r for member in group { on no message.posted for 1d  do dm \"x\" }";
    let log = "03-04 08:00 group.closed g -\n03-04 09:00 member.joined g m\n03-04 10:00 checkin.done g n";
    assert!(World::new(rule).log(log).until("03-20 00:00").run().of("r").is_empty());
    let log = format!("{log}\n03-05 08:00 group.created g - group_kind=k\n03-05 09:00 checkin.done g n");
    assert_eq!(World::new(&format!("kind k {rule}")).log(&log).until("03-20 00:00").run().of("r").len(), 1);
}
