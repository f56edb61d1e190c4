//! Schedules and calendars against the clock changes of seven zones.

use super::*;
use chrono::{NaiveDateTime, TimeDelta};
use proptest::prelude::*;
use std::iter;

const ZONES: [&str; 7] = [
    "America/New_York",
    "Europe/London",
    "Australia/Lord_Howe",
    "America/Santiago",
    "Asia/Kolkata",
    "Asia/Shanghai",
    "UTC",
];

fn calendar(name: &str) -> Calendar {
    Calendar::new(Zone::parse(name).unwrap())
}

fn at(text: &str) -> Instant {
    Instant::parse(text).unwrap()
}

fn times(list: &[&str]) -> Vec<TimeOfDay> {
    list.iter().map(|text| TimeOfDay::parse(text).unwrap()).collect()
}

fn daily(list: &[&str]) -> Schedule {
    Schedule::Days { days: DaySet::EVERY_DAY, times: times(list) }
}

fn every(text: &str) -> Schedule {
    Schedule::Every(Duration::parse(text).unwrap())
}

fn cron(text: &str) -> Schedule {
    Schedule::Cron(CronLine::parse(text).unwrap())
}

fn month(day: MonthDay, list: &[&str]) -> Schedule {
    Schedule::Month { day, times: times(list) }
}

/// The firings after an instant.
fn firings(schedule: &Schedule, calendar: Calendar, after: Instant) -> impl Iterator<Item = Instant> {
    iter::successors(schedule.next(after, &calendar), move |at| schedule.next(*at, &calendar))
}

/// The first firings after an instant, as `MM-DD HH:MM` on the clocks of the zone.
fn shown(schedule: &Schedule, zone: &str, after: &str, count: usize) -> Vec<String> {
    let calendar = calendar(zone);
    firings(schedule, calendar, at(after))
        .take(count)
        .map(|at| calendar.zone.local(at).format("%m-%d %H:%M").to_string())
        .collect()
}

#[test]
fn days_of_the_week() {
    // 2024-03-01 is a Friday.
    let after = "2024-03-01T08:30:00+08:00";
    let on =
        |days, list: &[&str], count| shown(&Schedule::Days { days, times: times(list) }, "Asia/Shanghai", after, count);
    assert_eq!(on(DaySet::EVERY_DAY, &["08:30"], 2), ["03-02 08:30", "03-03 08:30"]);
    assert_eq!(on(DaySet::WEEKDAYS, &["08:30"], 2), ["03-04 08:30", "03-05 08:30"]);
    assert_eq!(on(DaySet::WEEKEND, &["10:00"], 3), ["03-02 10:00", "03-03 10:00", "03-09 10:00"]);
    let friday = DaySet::NONE.with(Weekday::Friday);
    assert_eq!(on(friday, &["08:30"], 1), ["03-08 08:30"]);
    assert_eq!(on(friday, &["20:00", "08:31"], 3), ["03-01 08:31", "03-01 20:00", "03-08 08:31"]);
    assert_eq!(on(friday, &[], 1), ["03-08 00:00"]);
    assert!(on(DaySet::NONE, &["08:30"], 1).is_empty());
}

#[test]
fn even_distances_count_from_local_midnight() {
    let fires = |text, count| shown(&every(text), "Asia/Shanghai", "2024-03-01T18:00:00+08:00", count);
    assert_eq!(fires("2h", 4), ["03-01 20:00", "03-01 22:00", "03-02 00:00", "03-02 02:00"]);
    assert_eq!(fires("5h", 4), ["03-01 20:00", "03-02 00:00", "03-02 05:00", "03-02 10:00"]);
    assert_eq!(fires("30m", 2), ["03-01 18:30", "03-01 19:00"]);
    assert_eq!(fires("1d", 2), ["03-02 00:00", "03-03 00:00"]);
    // 2024-03-01 is day 19,783 since 1970-01-01.
    assert_eq!(fires("2d", 2), ["03-02 00:00", "03-04 00:00"]);
    assert_eq!(fires("1w", 2), ["03-07 00:00", "03-14 00:00"]);
    assert_eq!(fires("36h", 3), ["03-03 00:00", "03-04 12:00", "03-06 00:00"]);
    for never in ["0s", "-2h"] {
        assert!(fires(never, 1).is_empty(), "{never}");
    }
    assert_eq!(Schedule::Every(Duration::FOREVER).next(Instant::from_ms(0), &calendar("UTC")), None);
}

#[test]
fn every_so_many_days_at_a_time() {
    let schedule = |days| Schedule::EveryDays { days, times: times(&["09:00"]) };
    let fires = |days| shown(&schedule(days), "Asia/Shanghai", "2024-03-02T09:00:00+08:00", 2);
    assert_eq!(fires(2), ["03-04 09:00", "03-06 09:00"]);
    assert_eq!(fires(1), ["03-03 09:00", "03-04 09:00"]);
    assert!(fires(0).is_empty());
}

#[test]
fn days_of_the_month() {
    let fires = |day, count| shown(&month(day, &["03:00"]), "Asia/Shanghai", "2024-01-31T03:00:00+08:00", count);
    assert_eq!(fires(MonthDay::Nth(1), 2), ["02-01 03:00", "03-01 03:00"]);
    assert_eq!(fires(MonthDay::Nth(31), 3), ["03-31 03:00", "05-31 03:00", "07-31 03:00"]);
    assert_eq!(fires(MonthDay::Last(None), 3), ["02-29 03:00", "03-31 03:00", "04-30 03:00"]);
    let sunday = MonthDay::Last(Some(Weekday::Sunday));
    assert_eq!(fires(sunday, 3), ["02-25 03:00", "03-31 03:00", "04-28 03:00"]);
    let second_tuesday = MonthDay::NthWeekday(2, Weekday::Tuesday);
    assert_eq!(fires(second_tuesday, 2), ["02-13 03:00", "03-12 03:00"]);
    let fifth_monday = MonthDay::NthWeekday(5, Weekday::Monday);
    assert_eq!(fires(fifth_monday, 2), ["04-29 03:00", "07-29 03:00"]);
    for never in [MonthDay::Nth(0), MonthDay::Nth(32), MonthDay::NthWeekday(6, Weekday::Monday)] {
        assert!(fires(never, 1).is_empty(), "{never:?}");
    }
}

#[test]
fn fixed_dates_fire_in_order_and_end() {
    let dates = ["2026-12-24T20:00:00", "2026-12-01T09:00:00"].map(|text| text.parse().unwrap());
    let schedule = Schedule::Dates(dates.to_vec());
    let fires = shown(&schedule, "Asia/Shanghai", "2026-01-01T00:00:00Z", 5);
    assert_eq!(fires, ["12-01 09:00", "12-24 20:00"]);
    assert_eq!(shown(&schedule, "Asia/Shanghai", "2026-12-24T12:00:00Z", 5), [""; 0]);
}

#[test]
fn a_daily_time_in_the_gap_fires_at_its_end() {
    let fires = shown(&daily(&["02:30"]), "America/New_York", "2024-03-09T00:00:00-05:00", 3);
    assert_eq!(fires, ["03-09 02:30", "03-10 03:00", "03-11 02:30"]);
    let fires = shown(&cron("30 2 * * *"), "America/New_York", "2024-03-09T00:00:00-05:00", 3);
    assert_eq!(fires, ["03-09 02:30", "03-10 03:00", "03-11 02:30"]);
    // Three times that become one instant fire once.
    let three = daily(&["02:00", "02:30", "03:00"]);
    let fires = shown(&three, "America/New_York", "2024-03-10T00:00:00-05:00", 2);
    assert_eq!(fires, ["03-10 03:00", "03-11 02:00"]);
    let fires = shown(&daily(&["02:15"]), "Australia/Lord_Howe", "2024-10-05T12:00:00+10:30", 2);
    assert_eq!(fires, ["10-06 02:30", "10-07 02:15"]);
    let fires = shown(&daily(&[]), "America/Santiago", "2024-09-07T12:00:00-04:00", 2);
    assert_eq!(fires, ["09-08 01:00", "09-09 00:00"]);
}

#[test]
fn a_daily_time_that_comes_twice_fires_at_the_first() {
    let cases = [
        ("America/New_York", "01:30", "2024-11-02T12:00:00-04:00", "2024-11-03T01:30:00-04:00"),
        ("Europe/London", "01:30", "2024-10-26T12:00:00+01:00", "2024-10-27T01:30:00+01:00"),
        ("Australia/Lord_Howe", "01:45", "2024-04-06T12:00:00+11:00", "2024-04-07T01:45:00+11:00"),
        ("America/Santiago", "23:30", "2024-04-06T12:00:00-03:00", "2024-04-06T23:30:00-03:00"),
    ];
    for (zone, time, after, first) in cases {
        let calendar = calendar(zone);
        let [one, two] = firings(&daily(&[time]), calendar, at(after)).take(2).collect::<Vec<_>>()[..] else {
            panic!("{zone} fires daily");
        };
        assert_eq!(calendar.zone.format(one), first);
        assert!(two - one > Duration::from_hours(24), "{zone}");
    }
}

#[test]
fn even_distances_follow_the_clock_through_its_changes() {
    let forward = "2024-03-09T23:59:00-05:00";
    let back = "2024-11-02T23:59:00-04:00";
    for schedule in [every("2h"), cron("0 */2 * * *")] {
        let fires = shown(&schedule, "America/New_York", forward, 4);
        assert_eq!(fires, ["03-10 00:00", "03-10 03:00", "03-10 04:00", "03-10 06:00"]);
        let fires = shown(&schedule, "America/New_York", back, 4);
        assert_eq!(fires, ["11-03 00:00", "11-03 02:00", "11-03 04:00", "11-03 06:00"]);
    }
    for schedule in [every("30m"), cron("*/30 * * * *")] {
        let fires = shown(&schedule, "America/New_York", "2024-03-10T01:00:00-05:00", 3);
        assert_eq!(fires, ["03-10 01:30", "03-10 03:00", "03-10 03:30"]);
        let fires = shown(&schedule, "America/New_York", "2024-11-03T01:00:00-04:00", 3);
        assert_eq!(fires, ["11-03 01:30", "11-03 02:00", "11-03 02:30"]);
    }
}

#[test]
fn asked_within_the_repeated_hour_it_does_not_repeat() {
    let calendar = calendar("America/New_York");
    let next = daily(&["01:30"]).next(at("2024-11-03T01:10:00-05:00"), &calendar).unwrap();
    assert_eq!(calendar.zone.format(next), "2024-11-04T01:30:00-05:00");
    let next = every("10m").next(at("2024-11-03T01:10:00-05:00"), &calendar).unwrap();
    assert_eq!(calendar.zone.format(next), "2024-11-03T02:00:00-05:00");
}

#[test]
fn schedules_read_as_in_the_language() {
    let both = DaySet::NONE.with(Weekday::Tuesday).with(Weekday::Thursday);
    let date = "2026-12-24T20:00:00".parse().unwrap();
    let sunday = MonthDay::Last(Some(Weekday::Sunday));
    let cases = [
        (daily(&["08:30"]), "every day at 08:30"),
        (daily(&[]), "every day"),
        (Schedule::Days { days: both, times: times(&["20:00", "21:00"]) }, "every tuesday, thursday at 20:00, 21:00"),
        (every("2h"), "every 2h"),
        (Schedule::EveryDays { days: 2, times: times(&["09:00"]) }, "every 2d at 09:00"),
        (month(MonthDay::Nth(1), &["03:00"]), "every month on day 1 at 03:00"),
        (month(sunday, &["21:00"]), "every month on last sunday at 21:00"),
        (month(MonthDay::Last(None), &[]), "every month on last day"),
        (month(MonthDay::NthWeekday(2, Weekday::Tuesday), &[]), "every month on second tuesday"),
        (cron("0 9 1 * *"), "every cron \"0 9 1 * *\""),
        (Schedule::Dates(vec![date]), "on 2026-12-24 at 20:00"),
    ];
    for (schedule, text) in cases {
        assert_eq!(schedule.to_string(), text);
        let json = serde_json::to_string(&schedule).unwrap();
        assert_eq!(serde_json::from_str::<Schedule>(&json).unwrap(), schedule, "{json}");
    }
}

#[test]
fn the_ends_of_time_have_no_next_or_a_later_one() {
    for schedule in [daily(&["08:30"]), every("2h"), every("3d"), month(MonthDay::Nth(31), &[]), cron("0 9 * * *")] {
        for zone in ZONES {
            assert_eq!(schedule.next(Instant::MAX, &calendar(zone)).filter(|at| *at == Instant::MAX), None);
            schedule.next(Instant::MIN, &calendar(zone));
        }
    }
}

/// The clock changes of a zone between two years: the instants from which another offset holds.
fn changes(zone: Zone, years: [&str; 2], step: Duration) -> Vec<Instant> {
    let [first, last] = years.map(|year| at(&format!("{year}-01-01T00:00:00Z")));
    let offset = |at: Instant| zone.local(at).and_utc().timestamp_millis() - at.ms();
    let steps = iter::successors(Some(first), |at| Some(*at + step)).take_while(|at| *at < last);
    steps.filter(|at| offset(*at) != offset(*at + step)).map(|at| bisect(at, at + step, offset)).collect()
}

fn bisect(mut before: Instant, mut after: Instant, offset: impl Fn(Instant) -> i64) -> Instant {
    while after - before > Duration::from_ms(1) {
        let middle = Instant::from_ms(before.ms().midpoint(after.ms()));
        let side = if offset(middle) == offset(before) { &mut before } else { &mut after };
        *side = middle;
    }
    after
}

/// What must hold of a zone at any instant.
fn keeps_the_order_of_time(zone: Zone, at: Instant, ahead: TimeDelta) -> bool {
    let (local, reached) = (zone.local(at), zone.reached(at));
    zone.instant(local) <= zone.instant(local + ahead)
        && zone.instant(reached) <= at
        && zone.instant(reached + TimeDelta::milliseconds(1)) > at
        && Calendar::new(zone).period(Period::Day, 0, at).contains(&at)
}

#[test]
fn every_clock_change_of_every_zone_keeps_the_order_of_time() {
    let (mut found, minutes) = (0, [-1500, -61, -60, -30, -1, 0, 1, 29, 30, 59, 60, 61, 90, 180, 1440]);
    for zone in Zone::names().filter_map(Zone::parse) {
        for change in changes(zone, ["2000", "2030"], Duration::from_days(7)) {
            found += 1;
            for around in minutes.map(|minutes| change + Duration::from_minutes(minutes)) {
                let ahead = TimeDelta::minutes(45);
                assert!(keeps_the_order_of_time(zone, around, ahead), "{zone} {around}");
            }
        }
    }
    assert!(found > 5_000, "{found}");
}

// ---- properties --------------------------------------------------------------------------------

/// An instant of the years 2005 to 2035, a third of them within a day of a clock change.
fn instants() -> impl Strategy<Value = Instant> {
    let any = (1_104_537_600_000i64..2_051_222_400_000).prop_map(Instant::from_ms);
    let changes = prop_oneof![
        Just("2024-03-10T07:00:00Z"),
        Just("2024-11-03T06:00:00Z"),
        Just("2024-03-31T01:00:00Z"),
        Just("2024-10-27T01:00:00Z"),
        Just("2024-10-05T15:30:00Z"),
        Just("2024-04-06T15:00:00Z"),
        Just("2024-09-08T04:00:00Z"),
        Just("2024-04-07T03:00:00Z"),
    ];
    let near = (changes, -86_400_000i64..86_400_000);
    let near = near.prop_map(|(change, by)| at(change) + Duration::from_ms(by));
    prop_oneof![2 => any, 1 => near]
}

fn calendars() -> impl Strategy<Value = Calendar> {
    let zones = proptest::sample::select(ZONES.to_vec());
    let starts = proptest::sample::select(Weekday::ALL.to_vec());
    (zones, starts).prop_map(|(zone, week_starts)| Calendar { week_starts, ..calendar(zone) })
}

fn schedules() -> impl Strategy<Value = Schedule> {
    let minute = (0u16..1440).prop_map(|minutes| TimeOfDay::new(minutes / 60, minutes % 60).unwrap());
    // Many times lie in the hours in which clocks change.
    let night = (0u16..240).prop_map(|minutes| TimeOfDay::new(minutes / 60, minutes % 60).unwrap());
    let times = proptest::collection::vec(prop_oneof![minute, night], 0..4);
    let weekday = proptest::sample::select(Weekday::ALL.to_vec());
    let days = proptest::collection::vec(weekday.clone(), 1..8);
    let day = prop_oneof![
        (1u8..=31).prop_map(MonthDay::Nth),
        proptest::option::of(weekday.clone()).prop_map(MonthDay::Last),
        (1u8..=5, weekday).prop_map(|(nth, weekday)| MonthDay::NthWeekday(nth, weekday)),
    ];
    let lines = ["*/7 * * * *", "30 2 * * *", "0,30 1-3 * * 0", "15 */2 13 * 5", "0 0 31 * *", "59 23 */2 * 1"];
    prop_oneof![
        (days, times.clone()).prop_map(|(days, times)| Schedule::Days { days: days.into(), times }),
        (1i64..4_000).prop_map(|minutes| Schedule::Every(Duration::from_minutes(minutes))),
        (1u32..60, times.clone()).prop_map(|(days, times)| Schedule::EveryDays { days, times }),
        (day, times).prop_map(|(day, times)| Schedule::Month { day, times }),
        proptest::sample::select(lines.to_vec()).prop_map(cron),
    ]
}

/// The local times of a schedule in a stretch, both ends left out.
fn local_times(schedule: &Schedule, from: NaiveDateTime, to: NaiveDateTime) -> Vec<NaiveDateTime> {
    let all = iter::successors(schedule.next_local(from), |after| schedule.next_local(*after));
    all.take_while(|local| *local < to).collect()
}

proptest! {
    #[test]
    fn next_strictly_increases(schedule in schedules(), calendar in calendars(), start in instants()) {
        let mut last = start;
        for at in firings(&schedule, calendar, start).take(60) {
            prop_assert!(at > last);
            last = at;
        }
    }

    #[test]
    fn every_firing_is_a_local_time_or_the_end_of_a_gap(
        schedule in schedules(), calendar in calendars(), start in instants(),
    ) {
        for at in firings(&schedule, calendar, start).take(60) {
            let local = calendar.zone.local(at);
            let named = schedule.next_local(local - TimeDelta::milliseconds(1)) == Some(local);
            // At the end of a gap, some local time of the gap is of the schedule.
            let before = calendar.zone.local(at - Duration::from_ms(1));
            let in_gap = schedule.next_local(before).is_some_and(|next| next < local);
            prop_assert!(named || in_gap, "{schedule} at {}", calendar.zone.format(at));
            prop_assert!(!named || calendar.zone.instant(local) == at, "{schedule} fires twice");
        }
    }

    #[test]
    fn no_local_time_is_lost(schedule in schedules(), calendar in calendars(), start in instants()) {
        // Over some days, the firings are the instants of all local times, each once.
        let end = start + Duration::from_days(3);
        let day = TimeDelta::days(1);
        let (from, to) = (calendar.zone.local(start) - day, calendar.zone.local(end) + day);
        let mut expected: Vec<Instant> = local_times(&schedule, from, to)
            .into_iter()
            .map(|local| calendar.zone.instant(local))
            .filter(|at| *at > start && *at <= end)
            .collect();
        prop_assert!(expected.is_sorted());
        expected.dedup();
        let fired: Vec<Instant> = firings(&schedule, calendar, start).take_while(|at| *at <= end).collect();
        prop_assert_eq!(fired, expected);
    }

    #[test]
    fn later_local_times_never_come_earlier(calendar in calendars(), start in instants(), ahead in 0i64..172_800_000) {
        let zone = calendar.zone;
        let local = zone.local(start);
        let later = local + TimeDelta::milliseconds(ahead);
        prop_assert!(zone.instant(local) <= zone.instant(later));
        prop_assert!(zone.instant(local) <= start);
        prop_assert!(zone.instant(zone.reached(start)) <= start);
        prop_assert!(zone.instant(zone.reached(start) + TimeDelta::milliseconds(1)) > start);
    }

    #[test]
    fn instants_are_read_as_they_are_written(
        zone in proptest::sample::select(Zone::names().collect::<Vec<_>>()),
        ms in -62_000_000_000_000i64..253_300_000_000_000,
    ) {
        let at = Instant::from_ms(ms);
        let text = Zone::parse(zone).unwrap().format(at);
        prop_assert_eq!(Instant::parse(&text), Ok(at), "{}", text);
    }

    #[test]
    fn reading_agrees_with_chrono(
        date in (0i64..10_001, 0i64..14, 0i64..33), time in (0i64..25, 0i64..61, 0i64..60),
        fraction in "(\\.[0-9]{1,9})?", offset in "Z|[+-][012][0-9]:[0-6][0-9]",
    ) {
        let ((year, month, day), (hour, minute, second)) = (date, time);
        let text = format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}{fraction}{offset}");
        let known = chrono::DateTime::parse_from_rfc3339(&text).ok().filter(|_| (1..=9999).contains(&year));
        prop_assert_eq!(Instant::parse(&text).ok().map(Instant::ms), known.map(|at| at.timestamp_millis()), "{}", text);
    }

    #[test]
    fn reading_any_text_does_no_harm(text in "\\PC{0,40}", line in "([0-9*/,LW#?a-z-]{1,6} ){4}[0-9*/,LW#?a-z-]{1,6}") {
        let _ = (Instant::parse(&text), Duration::parse(&text), TimeOfDay::parse(&text));
        let _ = (CronLine::parse(&text), CronLine::parse(&line), Zone::parse(&text));
    }

    #[test]
    fn durations_are_read_as_they_are_displayed(ms in any::<i64>(), small in -100_000_000i64..100_000_000) {
        for duration in [Duration::from_ms(ms), Duration::from_ms(small)] {
            prop_assert_eq!(Duration::parse(&duration.to_string()), Ok(duration));
        }
    }

    #[test]
    fn periods_contain_now_and_join(
        calendar in calendars(), now in instants(), back in 0u32..40,
        period in proptest::sample::select(vec![Period::Day, Period::Week, Period::Month]),
    ) {
        prop_assert!(calendar.period(period, 0, now).contains(&now));
        let (later, earlier) = (calendar.period(period, back, now), calendar.period(period, back + 1, now));
        prop_assert_eq!(earlier.end, later.start);
        prop_assert!(earlier.start < earlier.end);
    }

    #[test]
    fn a_cache_answers_as_its_calendar(calendar in calendars(), start in instants(), steps in proptest::collection::vec(-50_000_000i64..90_000_000, 1..30)) {
        let (mut cache, mut now) = (DayCache::new(calendar), start);
        for step in steps {
            now += Duration::from_ms(step);
            prop_assert_eq!(cache.day_number(now), calendar.day_number(now));
            for period in [Period::Day, Period::Week, Period::Month] {
                for back in 0..3 {
                    prop_assert_eq!(cache.period(period, back, now), calendar.period(period, back, now));
                }
            }
        }
    }

    #[test]
    fn every_zone_keeps_the_order_of_time(
        zone in proptest::sample::select(Zone::names().collect::<Vec<_>>()),
        ms in -2_200_000_000_000i64..4_102_000_000_000, ahead in 0i64..172_800_000,
    ) {
        let zone = Zone::parse(zone).unwrap();
        prop_assert!(keeps_the_order_of_time(zone, Instant::from_ms(ms), TimeDelta::milliseconds(ahead)));
    }
}
