// Measures Keepwell, the bare primitives and the peers in one page, in turns, on the same bytes.
// For measuring only: no part of this folder is ever shipped.

const MIB = 1 << 20;

/** A dedicated worker that answers each message with one message. */
class Worked {
  constructor(script) {
    this.worker = new Worker(script, { type: 'module' });
    this.worker.onerror = event => this.done?.reject(new Error(`${script}: ${event.message}`));
    this.worker.onmessage = event => this.done?.resolve(event.data);
    this.ready = this.answer();
  }
  answer() {
    return new Promise((resolve, reject) => { this.done = { resolve, reject }; });
  }
  async ask(message) {
    await this.ready;
    const answer = this.answer();
    this.worker.postMessage(message);
    const data = await answer;
    if (typeof data !== 'number') throw new Error(`${data}`);
    return data;
  }
}

const keepwell = new Worked('keepwell.js');
const bare = new Worked('bare.js');

async function time(action) {
  const start = performance.now();
  await action();
  return performance.now() - start;
}

function random(length) {
  const bytes = new Uint8Array(length);
  for (let i = 0; i < length; i += 65536) {
    crypto.getRandomValues(bytes.subarray(i, Math.min(length, i + 65536)));
  }
  return bytes;
}

/** Adds the peers' milliseconds of one round to the lists in `all`. */
function collect(all, round) {
  for (const [name, figure] of Object.entries(round)) {
    if (typeof figure?.ms === 'number') (all[name] ??= []).push(figure.ms);
  }
}

/** Milliseconds of each run: { keepwell: [], bare: [], peers: { name: [] } }. */
async function seal(mib, rounds) {
  const bytes = random(mib * MIB);
  const file = new File([bytes], 'benchmark');
  const ours = async () => { if (await keepwell.ask(file) < 500) throw new Error('nothing was signed'); };
  const theirs = () => bare.ask('encrypt');
  const found = { keepwell: [], bare: [], peers: {} };
  await bare.ask(bytes);
  await ours();
  await theirs();
  for (let round = 0; round < rounds; round++) {
    // Each of the two comes first once: what the machine does meanwhile falls on both.
    found.keepwell.push(await time(ours));
    found.bare.push(await time(theirs));
    found.bare.push(await time(theirs));
    found.keepwell.push(await time(ours));
    if (window.peers) collect(found.peers, await window.peers.bulk(mib, 1));
  }
  return found;
}

/** Milliseconds of each Argon2id run: { keepwell: [], peers: { name: [] } }. */
async function stretch(kib, passes, rounds) {
  const ours = () => keepwell.ask('stretch');
  const found = { keepwell: [], peers: {} };
  await ours();
  for (let round = 0; round < rounds; round++) {
    found.keepwell.push(await time(ours));
    if (window.peers) collect(found.peers, await window.peers.kdf(kib, passes, 1));
  }
  return found;
}

/** Milliseconds of each listing of a chart of so many entries. */
async function list(entries, rounds) {
  await keepwell.ask(entries);
  const all = async () => { if (await keepwell.ask('list') !== entries) throw new Error('not all are listed'); };
  const found = [];
  for (let round = 0; round < rounds; round++) found.push(await time(all));
  return found;
}

window.bench = { seal, stretch, list };
window.started = Promise.all([keepwell.ready, bare.ready]).then(() => 'started');
