//! How to look at many tasks with the fewest requests.

/// Items on a page.
const PAGE: usize = 100;

/// What is known when a look is due.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Outlook {
    /// How many of our tasks haven't ended.
    pub(super) live: usize,
    /// How many of our ended tasks would be listed.
    pub(super) ended: usize,
    /// How many tasks of others were in the lists when they were walked last.
    pub(super) foreign_live: usize,
    pub(super) foreign_ended: usize,
    /// How many of ours ended between the last two looks.
    pub(super) ended_lately: usize,
    /// Whether changes that aren't ends are of interest.
    pub(super) wants_updates: bool,
    /// Whether some task's status isn't known yet.
    pub(super) has_news: bool,
}

/// What to ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Plan {
    /// Each task by itself.
    Singles,
    /// The list of those at work; what is missing there has to be confirmed.
    ListLive,
    /// The list of those that have ended or ask something.
    ListEnded,
}

fn pages(items: usize) -> usize {
    items.div_ceil(PAGE).max(1)
}

impl Outlook {
    /// The requests it takes to see the terminal status of so many.
    fn confirming(&self, missing: usize) -> usize {
        missing.min(pages(self.ended + missing + self.foreign_ended))
    }

    /// The plan with the fewest requests.
    pub(super) fn plan(&self) -> Plan {
        let singles = self.live;
        let live = pages(self.live + self.foreign_live) + self.confirming(self.ended_lately);
        let ended = pages(self.ended + self.ended_lately + self.foreign_ended);
        // The list of the ended doesn't show what else happens.
        let may_list_ended = !self.wants_updates && !self.has_news;
        match () {
            () if singles <= live && (singles <= ended || !may_list_ended) => Plan::Singles,
            () if may_list_ended && ended < live => Plan::ListEnded,
            () => Plan::ListLive,
        }
    }

    /// Whether it is cheaper to list the ended than to ask for each of so many.
    pub(super) fn lists_to_confirm(&self, missing: usize) -> bool {
        missing > pages(self.ended + missing + self.foreign_ended)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_are_asked_for_one_by_one() {
        let outlook = |live| Outlook {
            live,
            ended: 500,
            ..Outlook::default()
        };
        assert_eq!(outlook(1).plan(), Plan::Singles);
        assert_eq!(outlook(50).plan(), Plan::ListLive);
    }

    #[test]
    fn the_shorter_list_is_walked() {
        let outlook = |live, ended, ended_lately| Outlook {
            live,
            ended,
            ended_lately,
            ..Outlook::default()
        };
        assert_eq!(outlook(9_900, 100, 100).plan(), Plan::ListEnded);
        assert_eq!(outlook(3_000, 7_000, 500).plan(), Plan::ListEnded);
        assert_eq!(outlook(500, 9_500, 20).plan(), Plan::ListLive);
    }

    #[test]
    fn who_wants_to_know_more_than_the_ends_gets_the_list_of_those_at_work() {
        let outlook = Outlook {
            live: 9_900,
            ended: 100,
            wants_updates: true,
            ..Outlook::default()
        };
        assert_eq!(outlook.plan(), Plan::ListLive);
    }

    #[test]
    fn a_list_full_of_others_tasks_is_left_alone() {
        let outlook = Outlook {
            live: 20,
            foreign_live: 5_000,
            foreign_ended: 50_000,
            ..Outlook::default()
        };
        assert_eq!(outlook.plan(), Plan::Singles);
    }
}
