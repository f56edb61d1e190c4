//! Rule 11, time zones: what local times mean on days that are not 24 hours long.

use crate::world::{Run, World};

fn zone(zone: &str, items: &str) -> World {
    World::new(&format!("community {{ timezone \"{zone}\" currency USD }}\n{items}"))
}

/// A post of a group every day at a local time, from noon of one day to noon two days later, in UTC.
fn daily(name: &str, at: &str, from: &str, to: &str) -> Vec<String> {
    let rule = format!("rule r for group {{ every day at {at}  do post \"x\" }}");
    utc(&zone(name, &rule)
        .log(&format!("{from} 12:00 group.created g - group_kind=x"))
        .until(&format!("{to} 12:00"))
        .run())
}

fn utc(run: &Run) -> Vec<String> {
    let utc = |ms| chrono::DateTime::from_timestamp_millis(ms).unwrap().format("%m-%d %H:%MZ").to_string();
    run.out.decisions.iter().map(|decision| utc(decision.at.ms())).collect()
}

#[test]
fn a_time_in_a_gap_fires_at_the_first_instant_after_it() {
    // New York: 02:00 EST becomes 03:00 EDT, at 07:00Z.
    assert_eq!(daily("America/New_York", "02:30", "03-08", "03-11"), ["03-09 07:30Z", "03-10 07:00Z", "03-11 06:30Z"]);
    // London: 01:00 GMT becomes 02:00 BST, at 01:00Z.
    assert_eq!(daily("Europe/London", "01:30", "03-29", "04-01"), ["03-30 01:30Z", "03-31 01:00Z", "04-01 00:30Z"]);
    // Lord Howe: 02:00 +10:30 becomes 02:30 +11, at 15:30Z of the day before.
    let howe = daily("Australia/Lord_Howe", "02:15", "10-04", "10-07");
    assert_eq!(howe, ["10-04 15:45Z", "10-05 15:30Z", "10-06 15:15Z"]);
    // Santiago: 00:00 -04 becomes 01:00 -03, at 04:00Z.
    let santiago = daily("America/Santiago", "00:30", "09-06", "09-09");
    assert_eq!(santiago, ["09-07 04:30Z", "09-08 04:00Z", "09-09 03:30Z"]);
}

#[test]
fn the_ends_of_a_gap_are_times_of_their_own() {
    assert_eq!(daily("America/New_York", "02:00", "03-09", "03-10"), ["03-10 07:00Z"]);
    assert_eq!(daily("America/New_York", "01:59", "03-09", "03-10"), ["03-10 06:59Z"]);
    assert_eq!(daily("America/New_York", "03:00", "03-09", "03-10"), ["03-10 07:00Z"]);
}

#[test]
fn a_time_that_exists_twice_fires_once_at_the_first() {
    // New York: 02:00 EDT becomes 01:00 EST, at 06:00Z.
    assert_eq!(daily("America/New_York", "01:30", "11-01", "11-04"), ["11-02 05:30Z", "11-03 05:30Z", "11-04 06:30Z"]);
    // London: 02:00 BST becomes 01:00 GMT, at 01:00Z.
    assert_eq!(daily("Europe/London", "01:30", "10-25", "10-28"), ["10-26 00:30Z", "10-27 00:30Z", "10-28 01:30Z"]);
    // Lord Howe: 02:00 +11 becomes 01:30 +10:30, at 15:00Z of the day before.
    let howe = daily("Australia/Lord_Howe", "01:45", "04-05", "04-08");
    assert_eq!(howe, ["04-05 14:45Z", "04-06 14:45Z", "04-07 15:15Z"]);
    // Santiago: 00:00 -03 becomes 23:00 -04 of the day before, at 03:00Z.
    let santiago = daily("America/Santiago", "23:30", "04-05", "04-08");
    assert_eq!(santiago, ["04-06 02:30Z", "04-07 02:30Z", "04-08 03:30Z"]);
}

#[test]
fn a_weekday_of_a_month_is_counted_from_its_first_day() {
    let monthly = |name: &str, which: &str| {
        let rule = format!("rule r for group {{ every month on {which}  do post \"x\" }}");
        utc(&zone(name, &rule).log("01-01 00:00 group.created g - group_kind=x").until("06-01 00:00").run())
    };
    let fifth = monthly("Etc/UTC", "fifth friday at 15:00");
    assert_eq!(fifth, ["03-29 15:00Z", "05-31 15:00Z"], "months without a fifth friday are left out");
    let first = monthly("Asia/Shanghai", "first saturday at 00:00");
    let saturdays = ["01-05", "02-02", "03-01", "04-05", "05-03", "05-31"];
    assert_eq!(first, saturdays.map(|friday| format!("{friday} 16:00Z")));
    // The clocks of New York change on the second sunday of March: 02:00 EST becomes 03:00 EDT, at 07:00Z.
    let second = monthly("America/New_York", "second sunday at 02:30");
    assert_eq!(second[1..4], ["02-11 07:30Z", "03-10 07:00Z", "04-14 06:30Z"]);
    assert_eq!(monthly("Etc/UTC", "second day at 10:00"), monthly("Etc/UTC", "day 2 at 10:00"));
}

#[test]
fn half_an_hour_counts() {
    assert_eq!(daily("Asia/Kolkata", "00:00", "03-04", "03-06"), ["03-04 18:30Z", "03-05 18:30Z"]);
    assert_eq!(daily("Asia/Kolkata", "08:30", "03-04", "03-06"), ["03-05 03:00Z", "03-06 03:00Z"]);
}

#[test]
fn a_cron_line_has_local_times_too() {
    let rule = "rule r for group { every cron \"30 2 * * *\"  do post \"x\" }";
    let run =
        zone("America/New_York", rule).log("03-09 12:00 group.created g - group_kind=x").until("03-11 12:00").run();
    assert_eq!(utc(&run), ["03-10 07:00Z", "03-11 06:30Z"]);
    let rule = "rule r for group { every cron \"30 1 * * *\"  do post \"x\" }";
    let run =
        zone("America/New_York", rule).log("11-02 12:00 group.created g - group_kind=x").until("11-04 12:00").run();
    assert_eq!(utc(&run), ["11-03 05:30Z", "11-04 06:30Z"]);
}

#[test]
fn a_date_has_a_local_time() {
    let rule = "rule r for group { on 2024-03-10 at 02:30  do post \"x\" }";
    let run = zone("America/New_York", rule).log("03-09 12:00 group.created g - group_kind=x").until("03-12").run();
    assert_eq!(utc(&run), ["03-10 07:00Z"]);
}

#[test]
fn day_n_of_a_flow_has_a_local_time() {
    let flow =
        "flow f for member in group { start on member.joined  day 2 at 02:30 do dm \"x\"  day 3 at 02:30 do dm \"y\" }";
    let run = zone("America/New_York", flow).log("03-09 23:30 member.joined g m").until("03-12").run();
    assert_eq!(utc(&run), ["03-10 07:00Z", "03-11 06:30Z"]);
    let run = zone("America/New_York", &flow.replace("02:30", "01:30"))
        .log("11-02 23:30 member.joined g m")
        .until("11-06")
        .run();
    assert_eq!(utc(&run), ["11-03 05:30Z", "11-04 06:30Z"]);
}

#[test]
fn an_offset_of_a_day_is_24_hours() {
    let flow = "flow f for group per event.live {
        start on live.scheduled  anchor event.starts_at  at -1d do post \"x\"  at +1w do post \"y\"
    }";
    let run =
        zone("America/New_York", flow).log("03-08 08:00 live.scheduled g - live=l topic=A starts_at=@03-10T20:00");
    assert_eq!(run.until("03-20").run().times("f"), ["03-09 19:00", "03-17 20:00"]);
}

/// What two windows count at noon.
fn windows(name: &str, log: &str) -> Vec<String> {
    let rule = "rule r for group {
        every day at 12:00
        do post \"{count(message.posted, yesterday)} {count(message.posted, today)} {count(message.posted, last 1d)}\"
    }";
    zone(name, rule).log(log).run().texts()
}

#[test]
fn a_short_day_is_a_day() {
    let log = "03-09 11:30 message.posted g m
        03-09 12:30 message.posted g m
        03-09 23:30 message.posted g m
        03-10 00:30 message.posted g m
        03-10 11:59 message.posted g m
        03-11 12:00 checkin.done g m";
    // At noon of 03-10 the last 24 hours began at 11:00 of the day before.
    assert_eq!(windows("America/New_York", log)[1..], ["3 2 5", "2 0 0"]);
}

#[test]
fn a_long_day_is_a_day() {
    let log = "11-02 12:30 message.posted g m
        11-02 13:30 message.posted g m
        11-03 00:00 message.posted g m
        11-03 11:30 message.posted g m
        11-03 12:30 message.posted g m
        11-03 23:59 message.posted g m
        11-04 00:00 message.posted g m
        11-04 12:00 checkin.done g m";
    // At noon of 11-03 the last 24 hours began at 13:00 of the day before.
    assert_eq!(windows("America/New_York", log), ["2 2 3", "4 1 3"]);
}

#[test]
fn a_day_without_a_midnight_begins_after_the_gap() {
    let log = "09-07 23:59 message.posted g m
        09-08 01:00 message.posted g m
        09-08 23:59 message.posted g m
        09-09 00:00 message.posted g m
        09-09 12:00 checkin.done g m";
    assert_eq!(windows("America/Santiago", log), ["1 1 2", "2 1 2"]);
}

#[test]
fn midnight_in_a_gap_tests_segments_after_it() {
    let items = "segment s for member when since(survey.answered) >= 1h
    rule r for member { on segment.entered  do dm \"x\" }";
    let run = zone("America/Santiago", items).log("09-07 20:00 survey.answered - m").until("09-09").run();
    assert_eq!(utc(&run), ["09-08 04:00Z"]);
}

#[test]
fn a_metric_of_yesterday_knows_how_long_it_was() {
    let items = "metric talk for group every day at 00:00 = count(message.posted, yesterday)
    rule r for group { on metric.talk  do post \"{event.value}\" }";
    let run = zone("America/New_York", items).log(
        "03-10 00:00 message.posted g m
         03-10 23:59:59 message.posted g m
         03-11 00:00:00 message.posted g m
         03-12 00:00:00 message.posted g m",
    );
    let run = run.run();
    assert_eq!(run.texts().split_off(run.texts().len() - 2), ["2", "1"]);
}

#[test]
fn a_limit_per_day_follows_the_local_day() {
    let items = "limit l for group { on post  at most 1 per day  else skip }
    rule r for group { on message.posted  do post \"x\" }";
    let log = "03-09 23:30 message.posted g m
        03-10 00:00 message.posted g m
        03-10 23:59 message.posted g m
        03-11 00:00 message.posted g m";
    let run = zone("America/New_York", items).log(log).run();
    assert_eq!(run.times("r"), ["03-09 23:30", "03-10 00:00", "03-11 00:00"]);
    let run = zone("Asia/Kolkata", items).log(log).run();
    assert_eq!(run.times("r"), ["03-09 23:30", "03-10 00:00", "03-11 00:00"]);
}

#[test]
fn a_limit_per_24h_does_not() {
    let items = "limit l for group { on post  at most 1 per 24h  else skip }
    rule r for group { on message.posted  do post \"x\" }";
    let log = "03-09 12:00 message.posted g m\n03-10 12:59 message.posted g m\n03-10 13:00 message.posted g m";
    assert_eq!(zone("America/New_York", items).log(log).run().times("r"), ["03-09 12:00", "03-10 13:00"]);
}

#[test]
fn what_is_deferred_over_a_gap_comes_at_the_local_hour() {
    let items = "limit night for community { on dm  not between 22:30 and 08:00  else defer }
    rule r for member in group { on message.posted  do dm \"x\" }";
    let run = zone("America/New_York", items).log("03-09 23:00 message.posted g m").until("03-11").run();
    assert_eq!(utc(&run), ["03-10 04:00Z", "03-10 12:00Z"]);
}

#[test]
fn a_quiet_time_that_ends_in_a_gap_ends_after_it() {
    let items = "limit night for community { on dm  not between 22:30 and 02:30  else defer }
    rule r for member in group { on message.posted  do dm \"x\" }";
    let run = zone("America/New_York", items).log("03-09 23:00 message.posted g m").until("03-11").run();
    assert_eq!(run.times("r"), ["03-10 03:00"]);
}

#[test]
fn days_in_a_row_are_local_days() {
    let items = "rule r for member in group { on checkin.done  do dm \"{streak(checkin.done)}\" }";
    let run = zone("America/New_York", items).log(
        "03-09 00:01 checkin.done g m
         03-10 23:59 checkin.done g m
         03-11 00:00 checkin.done g m
         03-13 00:00 checkin.done g m",
    );
    assert_eq!(run.run().texts(), ["1", "2", "3", "1"]);
}

#[test]
fn hours_and_weekdays_are_local() {
    let items = "rule r for member in group { on message.posted  do dm \"{now.hour} {now.weekday} {now.date}\" }";
    let run = zone("Asia/Kolkata", items).log("03-05 00:15 message.posted g m").run();
    assert_eq!(run.texts(), ["0 tuesday 2024-03-05"]);
}

#[test]
fn every_two_hours_counts_from_local_midnight() {
    let rule = "rule r for group { every 6h  do post \"x\" }";
    let run = zone("Asia/Kolkata", rule).log("03-04 07:00 group.created g - group_kind=x").until("03-05 00:00").run();
    assert_eq!(run.times("r"), ["03-04 12:00", "03-04 18:00", "03-05 00:00"]);
    let rule = "rule r for group { every 5h  do post \"x\" }";
    let run = zone("Asia/Kolkata", rule).log("03-04 07:00 group.created g - group_kind=x").until("03-05 06:00").run();
    assert_eq!(run.times("r"), ["03-04 10:00", "03-04 15:00", "03-04 20:00", "03-05 00:00", "03-05 05:00"]);
}

#[test]
fn every_two_hours_are_local_times_on_any_day() {
    let rule = "rule r for group { every 2h  do post \"x\" }";
    let run =
        zone("America/New_York", rule).log("03-09 23:30 group.created g - group_kind=x").until("03-10 06:00").run();
    assert_eq!(run.times("r"), ["03-10 00:00", "03-10 03:00", "03-10 04:00", "03-10 06:00"]);
    let run =
        zone("America/New_York", rule).log("11-02 23:30 group.created g - group_kind=x").until("11-03 06:00").run();
    assert_eq!(run.times("r"), ["11-03 00:00", "11-03 02:00", "11-03 04:00", "11-03 06:00"]);
}

#[test]
fn times_that_fall_on_one_instant_fire_once() {
    let rule = "rule r for group { every day at 02:00, 02:30, 03:00  do post \"x\" }";
    let run =
        zone("America/New_York", rule).log("03-09 23:30 group.created g - group_kind=x").until("03-10 12:00").run();
    assert_eq!(run.times("r"), ["03-10 03:00"]);
}
