// Starts Keepwell's code in a dedicated worker, as the product's own loader does.
import init from './bench.js';
await init();
