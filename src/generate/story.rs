//! The course of a log: moments from the clock, and what follows from them.

use super::clock::Clock;
use super::line::{Line, Page};
use super::opening;
use super::population::{GroupId, MemberId, Population};
use super::queue::{Later, Queue};
use super::random::Random;
use super::settings::{Settings, SettingsError};
use std::io;

/// How long a page becomes before it is handed over, in bytes.
const PAGE: usize = 64 << 10;
const HOUR: u32 = 3_600;
pub(super) const DAY: u32 = 24 * HOUR;
/// Before this hour hardly anybody does what can wait.
const MORNING: u32 = 7 * HOUR;

/// Writes an event log, a page at a time. See [the room](crate::generate) for what it is like.
///
/// ```
/// # use qun::generate::{Generator, Settings};
/// # use qun::time::Zone;
/// let start = chrono::NaiveDate::from_ymd_opt(2025, 1, 1).unwrap();
/// let kinds = vec!["welfare".to_owned()];
/// let settings = Settings { events: 1_000, members: 50, groups: 2, days: 30, start, zone: Zone::UTC, seed: 1, kinds };
/// let mut generator = Generator::new(&settings)?;
/// let mut log = Vec::new();
/// while let Some(page) = generator.page() {
///     log.extend_from_slice(page);
/// }
/// assert_eq!(log.iter().filter(|byte| **byte == b'\n').count(), 1_000);
/// # Ok::<(), qun::generate::SettingsError>(())
/// ```
#[derive(Debug)]
pub struct Generator {
    pub(super) settings: Settings,
    pub(super) random: Random,
    pub(super) people: Population,
    pub(super) queue: Queue,
    pub(super) out: Page,
    clock: Clock,
    /// The second at hand, counted from the beginning.
    pub(super) now: u32,
    /// How many events the log has.
    pub(super) events: u32,
    /// What followed has taken up so many moments of the clock that are still to come.
    debt: u32,
    pub(super) pace: Pace,
    pub(super) lives: u32,
}

/// What is spread evenly over the log and not left to chance alone.
#[derive(Debug, Default)]
pub(super) struct Pace {
    /// How many people come in over time, and how many were there at the start.
    pub(super) newcomers: u32,
    pub(super) old: u32,
    pub(super) floods: Spread,
    pub(super) campaigns: Spread,
}

/// So many things over the events of a log.
#[derive(Debug, Default)]
pub(super) struct Spread {
    pub(super) total: u32,
    pub(super) done: u32,
    /// After which event the next one comes.
    pub(super) next: u32,
}

impl Spread {
    pub(super) fn new(total: u32, events: u32, random: &mut Random) -> Spread {
        let mut spread = Spread { total, done: 0, next: 0 };
        spread.plan(events, random);
        spread
    }

    /// Whether one is due after so many events; then the next one is planned.
    pub(super) fn is_due(&mut self, written: u32, events: u32, random: &mut Random) -> bool {
        let due = self.done < self.total && written >= self.next;
        if due {
            self.done += 1;
            self.plan(events, random);
        }
        due
    }

    /// The things share the log evenly, and each lies anywhere in the first nine tenths of its part.
    fn plan(&mut self, events: u32, random: &mut Random) {
        let part = u64::from(events) / u64::from(self.total.max(1));
        let within = part * u64::from(random.between(5, 90)) / 100;
        self.next = u32::try_from(part * u64::from(self.done) + within).unwrap_or(u32::MAX);
    }
}

impl Generator {
    /// Settles who is there at the start; nothing has happened yet.
    ///
    /// # Errors
    /// Says what cannot be had.
    pub fn new(settings: &Settings) -> Result<Generator, SettingsError> {
        settings.check()?;
        let mut random = Random::new(settings.seed);
        // All fit: they have been checked against their most.
        let [events, members, groups] =
            [settings.events, settings.members, settings.groups].map(|n| u32::try_from(n).unwrap_or(u32::MAX));
        let clock = Clock::new(settings.zone, settings.start, settings.days, settings.events, &mut random);
        let people = Population::new(members, groups, settings.seed, &mut random);
        let mut generator = Generator {
            settings: settings.clone(),
            people,
            queue: Queue::default(),
            out: Page::new(settings.zone, settings.zone.day_start(settings.start)),
            clock,
            now: 0,
            events,
            debt: 0,
            pace: Pace::default(),
            lives: 0,
            random,
        };
        opening::set(&mut generator, groups);
        Ok(generator)
    }

    /// The next lines, about 64 KiB of them; none when the log is complete.
    pub fn page(&mut self) -> Option<&[u8]> {
        self.out.clear();
        while self.out.bytes().len() < PAGE && self.out.written() < self.events {
            self.step();
        }
        Some(self.out.bytes()).filter(|page| !page.is_empty())
    }

    /// How many events have been written.
    #[must_use]
    pub fn written(&self) -> u64 {
        u64::from(self.out.written())
    }

    /// The length of the log in seconds.
    pub(super) fn seconds(&self) -> u32 {
        self.clock.seconds()
    }

    /// What is due, or what the next moment of the clock brings.
    ///
    /// What follows from an earlier event takes the place of a moment of the clock. So the number of events is exact and
    /// their rate stays that of the clock, however much follows.
    fn step(&mut self) {
        match (self.queue.next(), self.clock.next()) {
            (Some(due), moment) if moment.is_none_or(|moment| due <= moment) => self.follow(),
            (_, moment) => {
                self.clock.advance(&mut self.random);
                if self.debt > 0 {
                    self.debt -= 1;
                } else {
                    self.now = moment.unwrap_or(self.now);
                    self.happen();
                }
            }
        }
    }

    fn follow(&mut self) {
        let Some((due, later)) = self.queue.take() else { return };
        // A log never goes back in time, whatever has been put in for when.
        self.now = self.now.max(due);
        let before = self.out.written();
        self.carry_out(later);
        self.debt += self.out.written() - before;
    }

    fn carry_out(&mut self, later: Later) {
        match later {
            Later::Found { group, first } => self.found(group, first),
            Later::Role { group, member, role, granted } => self.role(group, member, role, granted),
            Later::Join { group, member, by } => self.join(group, member, by),
            Later::Wave { group, by, more } => self.wave(group, by, more),
            Later::Leave { group, member } => self.leave(group, member),
            Later::Remove { group, member } => self.remove(group, member),
            Later::FirstWords { group, member } => self.first_words(group, member),
            Later::Answer { group, speaker, before, message } => self.answer(group, speaker, before, message),
            Later::React { group } => self.react(group),
            Later::Click { group } => self.click(group),
            Later::Flood { group, member, more } => self.flood(group, member, more),
            Later::Spam { group, member, more, campaign } => self.spam(group, member, more, campaign),
            Later::Report { group, member, reason } => self.report(group, member, reason),
            Later::Refer { member, invitee } => self.refer(member, invitee),
            Later::Refund { group, member, cents } => self.refund(group, member, cents),
            Later::Move { group, live, starts, off } => self.move_live(group, live, starts, off),
            Later::Attend { group, live, more } => self.attend(group, live, more),
            Later::Claim { group, rank, more, cents, sent } => self.claim(group, rank, more, cents, sent),
        }
    }

    /// One event that follows from nothing.
    fn happen(&mut self) {
        self.trouble();
        let before = self.out.written();
        if self.newcomers_are_due() {
            self.arrive();
        }
        if self.out.written() == before {
            let group = self.people.some_group(self.now, &mut self.random);
            self.daily_life(group);
        }
        if self.out.written() == before {
            // Whatever it was could not be: the owner of the first group, who is always there, says something.
            let owner = self.people.group(GroupId(0)).map_or(MemberId(0), |group| group.owner);
            self.message(GroupId(0), owner, None);
        }
    }

    /// What happens most of the time. Some kinds are rarer here than in the log: much follows from others.
    fn daily_life(&mut self, group: GroupId) {
        match self.random.below(1_000) {
            0..600 => self.conversation(group),
            600..710 => self.check_in(group),
            710..830 => self.open_content(group),
            830..920 => self.purchase(group),
            920..950 => self.click(group),
            950..985 => self.react(group),
            985..991 => self.somebody_leaves(group),
            991..994 => self.red_packet(group),
            994..996 => self.rename(group),
            996..998 => self.complaint(group),
            998 => self.schedule_live(group),
            _ => self.promote(group),
        }
    }

    /// Begins the line of something that a member does in a group.
    #[inline]
    pub(super) fn line(&mut self, kind: &str, group: GroupId, member: MemberId) -> Line<'_> {
        self.out.event(self.now, kind).group(group).member(member)
    }

    /// Does something after about so many seconds.
    #[inline]
    pub(super) fn after(&mut self, median: u32, later: Later) {
        let delay = self.random.around(median).max(1);
        self.queue.put(self.now.saturating_add(delay), later);
    }

    /// Does something after about so long, but not at night.
    pub(super) fn by_day_after(&mut self, median: u32, later: Later) {
        let at = self.now.saturating_add(self.random.around(median).max(1));
        let wait = if at % DAY < MORNING { MORNING } else { 0 };
        self.queue.put(at.saturating_add(wait), later);
    }

    #[inline]
    pub(super) fn busy(&mut self, group: GroupId) -> Option<MemberId> {
        self.people.someone_busy(group, &mut self.random)
    }

    pub(super) fn anyone(&mut self, group: GroupId) -> Option<MemberId> {
        self.people.anyone(group, &mut self.random)
    }

    /// Writes who is there at the start, as YAML for `--directory`; it is the truth as long as no page has been taken.
    ///
    /// # Errors
    /// Those of the file.
    pub fn write_directory(&self, out: &mut dyn io::Write) -> io::Result<()> {
        super::directory::write(&self.people, &self.settings, self.pace.old, out)
    }
}
