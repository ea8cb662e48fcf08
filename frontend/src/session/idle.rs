//! When nobody has used the page for too long. By the clock on the wall: a device that slept has not
//! been used meanwhile, and is locked when it wakes.

/// Milliseconds in which the end is announced.
const ANNOUNCED: f64 = 60_000.0;

/// Since when nobody has used the page.
pub(crate) struct Idle {
    /// Milliseconds since 1970.
    used_at: f64,
    over: bool,
}

/// How it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    /// Somebody is there.
    Used,
    /// It ends in so many seconds.
    Ending(u32),
    /// It has just ended. Said once.
    Over,
}

impl Idle {
    /// Used now, in milliseconds since 1970.
    pub(crate) fn since(now: f64) -> Self {
        Self {
            used_at: now,
            over: false,
        }
    }

    /// Looks at the clock; `touched` when somebody just did something. What comes after the end does
    /// not undo it: whoever wakes a device is not known to be who left it.
    pub(crate) fn look(&mut self, now: f64, minutes: u32, touched: bool) -> Standing {
        // A clock that was set back says nothing about how long ago that was.
        self.used_at = self.used_at.min(now);
        let left = f64::from(minutes) * 60_000.0 - (now - self.used_at);
        if self.over {
            return Standing::Used;
        }
        if left <= 0.0 {
            self.over = true;
            return Standing::Over;
        }
        if touched {
            self.used_at = now;
            return Standing::Used;
        }
        match left < ANNOUNCED {
            true => Standing::Ending((left / 1000.0).ceil() as u32),
            false => Standing::Used,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: f64 = 60_000.0;

    #[test]
    fn the_last_minute_is_announced_and_a_touch_begins_anew() {
        let mut idle = Idle::since(0.0);
        assert_eq!(idle.look(4.0 * MINUTE, 5, false), Standing::Used);
        assert_eq!(
            idle.look(4.0 * MINUTE + 1.0, 5, false),
            Standing::Ending(60)
        );
        assert_eq!(idle.look(5.0 * MINUTE - 1.0, 5, false), Standing::Ending(1));
        assert_eq!(idle.look(5.0 * MINUTE - 1.0, 5, true), Standing::Used);
        assert_eq!(idle.look(9.0 * MINUTE, 5, false), Standing::Ending(60));
        assert_eq!(idle.look(10.0 * MINUTE, 5, false), Standing::Over);
    }

    #[test]
    fn a_hand_that_wakes_the_device_comes_too_late() {
        let mut idle = Idle::since(0.0);
        assert_eq!(idle.look(8.0 * 60.0 * MINUTE, 15, true), Standing::Over);
        assert_eq!(idle.look(8.0 * 60.0 * MINUTE, 15, true), Standing::Used);
    }

    #[test]
    fn another_choice_counts_at_once() {
        let mut idle = Idle::since(0.0);
        assert_eq!(idle.look(2.0 * MINUTE, 15, false), Standing::Used);
        assert_eq!(idle.look(2.0 * MINUTE, 2, false), Standing::Over);
    }

    #[test]
    fn a_clock_that_was_set_back_neither_locks_nor_waits_for_ever() {
        let mut idle = Idle::since(1000.0 * MINUTE);
        assert_eq!(idle.look(0.0, 5, false), Standing::Used);
        assert_eq!(idle.look(5.0 * MINUTE, 5, false), Standing::Over);
    }
}
