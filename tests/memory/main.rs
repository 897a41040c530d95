//! What lists, waits and answers cost in memory. A program of its own, since it counts all that is
//! allocated.

use support::allocator::CountingAllocator;
use tokio::sync::Mutex;

mod answers;
mod lists;
mod waits;

#[global_allocator]
static ALLOCATOR: CountingAllocator = CountingAllocator::new();

/// Held by a test while it counts, since the tests of a program share its allocator.
static COUNTING: Mutex<()> = Mutex::const_new(());
