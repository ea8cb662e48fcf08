//! What `cargo xtask bench` measures in a worker; no page names it.

fn main() {
    keepwell_frontend::bench();
}
