//! The program that a first visit loads: what Keepwell is, signing in, creating an account.

fn main() {
    keepwell_frontend::door();
}
