//! Blocks are taken off the files one by one and decoded by whoever has time: the reader itself, or a thread that helps.

use super::batch::Batch;
use super::blocks::{Blocks, Next};
use super::line::{Between, Decoder};
use super::quick::Memory;
use std::collections::BTreeMap;
use std::io;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

/// How many batches of a file may wait.
const WAITING: usize = 8;

/// What comes next in a file.
pub(crate) enum Supply {
    Batch(Batch),
    Failed(io::Error),
    /// The thread that decoded it has come to grief.
    Lost,
    End,
}

/// The batches of all files, each file's in order.
pub(crate) struct Feed {
    shared: Arc<Shared>,
    bench: Bench,
}

struct Shared {
    decoder: Decoder,
    between: Between,
    files: Vec<Mutex<File>>,
    queues: Mutex<Queues>,
    /// Told when there is a batch more.
    arrived: Condvar,
    /// Told when there is room for a batch more.
    room: Condvar,
}

/// A file whose blocks are taken one at a time.
struct File {
    blocks: Blocks,
    /// How many have been taken.
    taken: u64,
    ended: bool,
}

/// What has been decoded and not been asked for.
struct Queues {
    files: Vec<Queue>,
    /// The file asked for last.
    wanted: usize,
    over: bool,
}

#[derive(Default)]
struct Queue {
    /// The number of the one to be asked for next.
    next: u64,
    ready: BTreeMap<u64, Supply>,
    /// Whether nothing is left to be taken.
    ended: bool,
}

/// What somebody who decodes keeps at hand.
#[derive(Default)]
struct Bench {
    text: Vec<u8>,
    memory: Memory,
}

impl Feed {
    /// With two or more threads, one of them works ahead.
    pub(crate) fn new(files: Vec<Blocks>, decoder: Decoder, between: Between, threads: usize) -> Feed {
        let queues = Queues { files: files.iter().map(|_| Queue::default()).collect(), wanted: 0, over: false };
        let files = files.into_iter().map(|blocks| Mutex::new(File { blocks, taken: 0, ended: false })).collect();
        let (arrived, room) = (Condvar::new(), Condvar::new());
        let shared = Arc::new(Shared { decoder, between, files, queues: Mutex::new(queues), arrived, room });
        if threads > 1 {
            let shared = Arc::clone(&shared);
            // Without it, everything is done here.
            let _ = std::thread::Builder::new().name("log".to_owned()).spawn(move || shared.help());
        }
        Feed { shared, bench: Bench::default() }
    }

    /// What the lines are decoded with.
    pub(crate) fn decoder(&self) -> &Decoder {
        &self.shared.decoder
    }

    /// The next batch of a file. While another thread is at it, the one after it is decoded here.
    pub(crate) fn next(&mut self, file: usize) -> Supply {
        loop {
            if let Some(supply) = self.shared.ask(file) {
                return supply;
            }
            if self.shared.work(file, &mut self.bench).is_none() {
                return self.shared.wait(file);
            }
        }
    }
}

impl Drop for Feed {
    fn drop(&mut self) {
        self.shared.queues().over = true;
        self.shared.room.notify_all();
    }
}

impl Shared {
    /// What a thread left behind that came to grief is sound: everything is put in place as a whole.
    fn queues(&self) -> MutexGuard<'_, Queues> {
        self.queues.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What comes next in a file, if it is ready.
    fn ask(&self, file: usize) -> Option<Supply> {
        let mut queues = self.queues();
        queues.wanted = file;
        let supply = queues.take(file);
        if supply.is_some() {
            self.room.notify_all();
        }
        supply
    }

    /// What comes next in a file, of which nothing is left to be taken.
    fn wait(&self, file: usize) -> Supply {
        let mut queues = self.queues();
        loop {
            match queues.take(file) {
                Some(supply) => return supply,
                None if queues.files.get(file).is_none_or(Queue::is_spent) => return Supply::End,
                None => queues = self.arrived.wait(queues).unwrap_or_else(PoisonError::into_inner),
            }
        }
    }

    /// Takes a block of a file, decodes it and puts it in its place; `None` where there is none left or no room.
    fn work(&self, file: usize, bench: &mut Bench) -> Option<()> {
        if self.queues().files.get(file)?.ready.len() >= WAITING {
            return None;
        }
        let source = self.files.get(file)?;
        let mut source = source.lock().unwrap_or_else(PoisonError::into_inner);
        if source.ended {
            return None;
        }
        let next = source.blocks.next(&mut bench.text);
        let mut place = Place { shared: self, file, number: source.taken, supply: Some(Supply::Lost) };
        source.taken += 1;
        source.ended = !matches!(next, Ok(Next::Lines | Next::TooLong));
        drop(source);
        place.supply = Some(match next {
            Ok(Next::Lines) => Supply::Batch(self.decoder.batch(&bench.text, self.between, &mut bench.memory)),
            Ok(Next::TooLong) => Supply::Batch(Batch::too_long()),
            Ok(Next::End) => Supply::End,
            Err(error) => Supply::Failed(error),
        });
        Some(())
    }

    /// Works ahead until nobody wants more.
    fn help(&self) {
        let mut bench = Bench::default();
        while let Some(file) = self.choose() {
            self.work(file, &mut bench);
        }
    }

    /// A file of which more will be wanted.
    fn choose(&self) -> Option<usize> {
        let mut queues = self.queues();
        loop {
            if queues.over || queues.files.iter().all(|queue| queue.ended) {
                return None;
            }
            if let Some(file) = queues.choose() {
                return Some(file);
            }
            queues = self.room.wait(queues).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

impl Queues {
    fn take(&mut self, file: usize) -> Option<Supply> {
        let queue = self.files.get_mut(file)?;
        let supply = queue.ready.remove(&queue.next)?;
        queue.next += 1;
        Some(supply)
    }

    /// The file asked for last as long as there is room; then one of which nothing is ready.
    fn choose(&self) -> Option<usize> {
        let has_room = |file: &usize| self.files.get(*file).is_some_and(|queue| queue.has_room(WAITING));
        let idle = || self.files.iter().position(|queue| queue.has_room(1));
        Some(self.wanted).filter(has_room).or_else(idle)
    }
}

impl Queue {
    fn has_room(&self, most: usize) -> bool {
        !self.ended && self.ready.len() < most
    }

    /// Whether nothing comes any more.
    fn is_spent(&self) -> bool {
        self.ended && self.ready.is_empty()
    }
}

/// The place of a block that somebody is at; it is filled whatever happens.
struct Place<'a> {
    shared: &'a Shared,
    file: usize,
    number: u64,
    supply: Option<Supply>,
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        let mut queues = self.shared.queues();
        if let (Some(queue), Some(supply)) = (queues.files.get_mut(self.file), self.supply.take()) {
            queue.ended |= !matches!(supply, Supply::Batch(_));
            queue.ready.insert(self.number, supply);
        }
        drop(queues);
        self.shared.arrived.notify_all();
    }
}
