#!/usr/bin/env python3
"""A second implementation of what stands in docs/protocol.md, for the frozen vectors in v1/.

It is written from that document and the standards that it names, never from the Rust code. It
needs Python 3.9, `cryptography` and `pyotp` (requirements.txt); CBOR, COSE, HKDF-Expand, Cobblestone and
HPKE are written out below. Each vector is opened, made again where that is deterministic, and
refused once something in it is changed. Any difference ends it with an error.
"""

import base64
import hashlib
import hmac
import json
import pathlib
import sys
import unicodedata

import pyotp
from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import (
    decode_dss_signature,
    encode_dss_signature,
)
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

try:
    from cryptography.hazmat.primitives.asymmetric import mlkem
except ImportError:
    mlkem = None

FOLDER = pathlib.Path(__file__).resolve().parent / "v1"


class Refused(Exception):
    """What arrived is not what the protocol allows."""


def demand(holds, why):
    if not holds:
        raise Refused(why)


# -- Encodings ----------------------------------------------------------------------------------


class Tag:
    def __init__(self, number, item):
        self.number, self.item = number, item


def cbor(item):
    """The deterministic encoding of RFC 8949, section 4.2."""

    def head(major, value):
        if value < 24:
            return bytes([major << 5 | value])
        for size, low in ((1, 24), (2, 25), (4, 26), (8, 27)):
            if value < 1 << (8 * size):
                return bytes([major << 5 | low]) + value.to_bytes(size, "big")
        raise ValueError(value)

    if item is None:
        return b"\xf6"
    if isinstance(item, bool):
        return b"\xf5" if item else b"\xf4"
    if isinstance(item, int):
        return head(0, item) if item >= 0 else head(1, -1 - item)
    if isinstance(item, bytes):
        return head(2, len(item)) + item
    if isinstance(item, str):
        text = item.encode()
        return head(3, len(text)) + text
    if isinstance(item, (list, tuple)):
        return head(4, len(item)) + b"".join(map(cbor, item))
    if isinstance(item, dict):
        pairs = sorted((cbor(key), cbor(value)) for key, value in item.items())
        return head(5, len(pairs)) + b"".join(key + value for key, value in pairs)
    if isinstance(item, Tag):
        return head(6, item.number) + cbor(item.item)
    raise TypeError(type(item))


def uncbor(data):
    """Reads one item, and refuses whatever does not encode to the same bytes again."""
    item, at = read_item(data, 0)
    demand(at == len(data), "bytes after the item")
    demand(cbor(item) == data, "not deterministic")
    return item


def read_item(data, at):
    demand(at < len(data), "cut off")
    major, low = data[at] >> 5, data[at] & 31
    at += 1
    if major == 7:
        demand(low in (20, 21, 22), "unknown simple value")
        return {20: False, 21: True, 22: None}[low], at
    demand(low < 28, "indefinite or reserved length")
    value = low
    if low >= 24:
        size = 1 << (low - 24)
        demand(at + size <= len(data), "cut off")
        value, at = int.from_bytes(data[at : at + size], "big"), at + size
    if major == 0:
        return value, at
    if major == 1:
        return -1 - value, at
    if major in (2, 3):
        demand(at + value <= len(data), "cut off")
        piece = data[at : at + value]
        try:
            return (piece if major == 2 else piece.decode()), at + value
        except UnicodeDecodeError as error:
            raise Refused("not UTF-8") from error
    if major == 4:
        items = []
        for _ in range(value):
            item, at = read_item(data, at)
            items.append(item)
        return items, at
    if major == 5:
        pairs = {}
        for _ in range(value):
            key, at = read_item(data, at)
            demand(isinstance(key, (int, str, bytes)), "strange key")
            pairs[key], at = read_item(data, at)
        return pairs, at
    item, at = read_item(data, at)
    return Tag(value, item), at


def plain(value):
    """What a vector file holds: byte strings stand there as 0x and hexadecimal digits."""
    if isinstance(value, str) and value.startswith("0x"):
        return bytes.fromhex(value[2:])
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    return value


def sha256(*pieces):
    return hashlib.sha256(b"".join(pieces)).digest()


def label(purpose):
    return "keepwell/v1/" + purpose


def base64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def pattern(length):
    """Byte i is 31 i mod 251."""
    period = bytes(i * 31 % 251 for i in range(251))
    return (period * (length // 251 + 1))[:length]


# -- Section 2: ids -----------------------------------------------------------------------------

ACCOUNT, CHART, COMPARTMENT, RECORD, BLOB, GRANT, SESSION, WINDOW, LOGIN, IDEMPOTENCY = range(1, 11)
RECOVERY = 12


def an_id(kind):
    def check(value):
        demand(isinstance(value, bytes) and len(value) == 17, "no id")
        demand(value[0] == kind, "an id of another kind")

    return check


# -- Section 3: statements ----------------------------------------------------------------------

P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


def number(value):
    demand(isinstance(value, int) and not isinstance(value, bool) and value >= 0, "no number")
    demand(value < 1 << 64, "too large")


def short(value):
    """Numbers of revisions, epochs and generations."""
    number(value)
    demand(value < 1 << 32, "too large")


def version(value):
    demand(value == 1 and not isinstance(value, bool), "unknown version")


def text(value):
    demand(isinstance(value, str), "no text")


def octets(length=None):
    def check(value):
        demand(isinstance(value, bytes), "no byte string")
        demand(length is None or len(value) == length, "another length")

    return check


def nullable(check):
    return lambda value: value is None or check(value)


def fields(*checks):
    """An array in this order. Nulls at its end are left out."""

    def check(value):
        demand(isinstance(value, list) and 0 < len(value) <= len(checks), "another layout")
        demand(value[-1] is not None, "a null at the end")
        for one, item in zip(checks, value + [None] * (len(checks) - len(value))):
            one(item)

    return check


def exactly(*checks):
    """An array in this order, in which nulls stand: contexts are such ones."""

    def check(value):
        demand(isinstance(value, list) and len(value) == len(checks), "another layout")
        for one, item in zip(checks, value):
            one(item)

    return check


def several(check):
    def each(value):
        demand(isinstance(value, list), "no array")
        for item in value:
            check(item)

    return each


def rising(check, by=lambda item: item):
    """Sorted, and nothing twice."""

    def each(value):
        several(check)(value)
        keys = [by(item) for item in value]
        demand(all(one < next_one for one, next_one in zip(keys, keys[1:])), "not sorted")

    return each


def state(value):
    demand(value in (0, 1, 2, 3, 4, 5) and not isinstance(value, bool), "unknown state")


def one_of(most):
    """A number from 0 to one below."""

    def check(value):
        number(value)
        demand(value < most, "unknown number")

    return check


def flag(value):
    demand(isinstance(value, bool), "no flag")


def role(value):
    demand(value in (0, 1) and not isinstance(value, bool), "unknown role")


HASH = octets(32)
CONTENT = fields(number, HASH, octets(24), HASH, octets())
SEEN_AUTHORS = rising(fields(an_id(ACCOUNT), number, HASH), by=lambda seen: seen[0])

# A new kind of statement is one more line here.
PAYLOADS = {
    label("key-bundle"): fields(
        version, an_id(ACCOUNT), text, role, octets(33), octets(1249), number
    ),
    label("grant"): fields(
        version, an_id(GRANT), an_id(CHART), an_id(ACCOUNT), an_id(ACCOUNT), HASH, number,
        several(fields(an_id(COMPARTMENT), short, HASH, octets(), octets())),
    ),
    label("revision"): fields(
        version, an_id(CHART), an_id(COMPARTMENT), an_id(RECORD), short, nullable(HASH),
        an_id(ACCOUNT), number, short, octets(), CONTENT,
        nullable(fields(an_id(BLOB), CONTENT)), state, nullable(fields(an_id(ACCOUNT), HASH)),
    ),
    label("author-statement"): fields(
        version, an_id(CHART), an_id(COMPARTMENT), an_id(ACCOUNT), HASH, number, nullable(HASH),
        rising(HASH), number, HASH, SEEN_AUTHORS, number, an_id(RECORD), nullable(HASH), HASH,
        HASH,
    ),
    label("account-head"): fields(
        version, an_id(ACCOUNT), number, nullable(HASH), rising(HASH), number, short, HASH, HASH,
        HASH, one_of(5), number, nullable(fields(octets(33), HASH, number)),
    ),
    label("kit-proof"): fields(version, text, an_id(RECOVERY), HASH),
    label("chart-head"): fields(
        version, an_id(CHART), an_id(ACCOUNT), number, nullable(HASH), rising(HASH), HASH, number,
        rising(fields(an_id(COMPARTMENT), HASH), by=lambda pair: pair[0]), rising(HASH),
    ),
    label("compartment-head"): fields(
        version, an_id(CHART), an_id(ACCOUNT), an_id(COMPARTMENT), number, nullable(HASH),
        rising(HASH), number, short, HASH, number, number, HASH, rising(HASH), SEEN_AUTHORS,
    ),
}


ENCLOSURE = fields(
    version, CONTENT, nullable(fields(an_id(BLOB), CONTENT)),
    several(nullable(fields(octets(), octets()))),
)

HEADS = [label("account-head"), label("chart-head"), label("compartment-head")]


def verify(statement, purpose, key):
    """The way from bytes to a payload and an id; `key` is a compressed point of 33 bytes."""
    demand(len(statement) <= 64 * 1024, "too long")
    tagged = uncbor(statement)
    demand(isinstance(tagged, Tag) and tagged.number == 18, "no COSE_Sign1")
    fields(octets(), lambda value: demand(value == {}, "an unprotected header"), octets(),
           octets(64))(tagged.item)
    protected, _, payload, signature = tagged.item
    kid = sha256(key)
    demand(protected == cbor({1: -7, 4: kid}), "another protected header")
    body = uncbor(payload)
    PAYLOADS[purpose](body)
    message = cbor(["Signature1", protected, purpose.encode(), payload])
    r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
    demand(s <= P256_ORDER // 2, "a high s")
    public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), key)
    try:
        public.verify(encode_dss_signature(r, s), message, ec.ECDSA(hashes.SHA256()))
    except InvalidSignature as error:
        raise Refused("the signature does not hold") from error
    return body, sha256(message)


def enclosed(enclosure, name):
    """What an author statement encloses, where it names this."""
    demand(len(enclosure) <= 64 * 1024, "too long")
    demand(sha256(label("enclosure").encode(), b"\0", enclosure) == name, "another enclosure")
    body = uncbor(enclosure)
    ENCLOSURE(body)
    return body


def sign(payload, purpose, scalar):
    """Deterministic (RFC 6979) with a low s."""
    private = ec.derive_private_key(int.from_bytes(scalar, "big"), ec.SECP256R1())
    protected = cbor({1: -7, 4: sha256(compressed(private.public_key()))})
    message = cbor(["Signature1", protected, purpose.encode(), cbor(payload)])
    der = private.sign(message, ec.ECDSA(hashes.SHA256(), deterministic_signing=True))
    r, s = decode_dss_signature(der)
    s = min(s, P256_ORDER - s)
    signature = r.to_bytes(32, "big") + s.to_bytes(32, "big")
    return cbor(Tag(18, [protected, {}, cbor(payload), signature]))


def compressed(public):
    point = public.public_numbers()
    return bytes([2 + point.y % 2]) + point.x.to_bytes(32, "big")


def high_s(statement):
    """The same statement with the other signature that ECDSA allows."""
    s = int.from_bytes(statement[-32:], "big")
    return statement[:-32] + (P256_ORDER - s).to_bytes(32, "big")


# -- Section 4: keys and wraps ------------------------------------------------------------------


def key_id(key, role_name):
    return hmac.digest(key, label("key-id").encode() + b"\0" + role_name.encode(), "sha256")


def open_gcm(key, nonce, sealed, ad):
    try:
        return AESGCM(key).decrypt(nonce, sealed, ad)
    except InvalidTag as error:
        raise Refused("does not open") from error


def open_envelope(key, role_name, context, envelope):
    demand(len(envelope) >= 45 and envelope[0] == 1, "unknown version")
    demand(hmac.compare_digest(envelope[1:33], key_id(key, role_name)), "another key")
    return open_gcm(key, envelope[33:45], envelope[45:], cbor(context))


def seal_envelope(nonce, key, role_name, context, plaintext):
    sealed = AESGCM(key).encrypt(nonce, plaintext, cbor(context))
    return b"\x01" + key_id(key, role_name) + nonce + sealed


def derive(key, purpose):
    return HKDF(hashes.SHA512(), 32, salt=None, info=label(purpose).encode()).derive(key)


# The table of section 4: the label of the context, the role of the key, the rest of the context.
CONTEXTS = {
    label("wrap/account-key"): ("unlock", [an_id(ACCOUNT)]),
    label("wrap/kit/account-key"): ("kit", [an_id(ACCOUNT)]),
    label("wrap/return-key"): ("unlock", [an_id(SESSION)]),
    label("seal/identity-keys"): ("account", [an_id(ACCOUNT)]),
    label("seal/address-book"): ("account", [an_id(ACCOUNT), number]),
    label("seal/device"): ("account", [an_id(ACCOUNT), an_id(SESSION)]),
    label("seal/memory"): ("account", [an_id(ACCOUNT), nullable(an_id(CHART))]),
    label("seal/drafts"): ("account", [an_id(ACCOUNT)]),
    label("wrap/compartment-key/own"): ("account", [an_id(CHART), an_id(COMPARTMENT), short]),
    label("wrap/compartment-key/back"): (
        "compartment", [an_id(CHART), an_id(COMPARTMENT), short]),
    label("wrap/record-key"): (
        "compartment", [an_id(CHART), an_id(COMPARTMENT), short, an_id(RECORD)]),
    label("wrap/content-key"): (
        "record",
        [an_id(CHART), an_id(RECORD), flag]),
}


def padme(length):
    """PADMÉ with a floor: of the binary digits behind the first only as many as the exponent's
    length has stay as they are."""
    length = max(length, 4096)
    exponent = length.bit_length() - 1
    zeros = exponent - exponent.bit_length()
    step = 1 << zeros
    return (length + step - 1) // step * step


def pad(body):
    return (len(body).to_bytes(4, "big") + body).ljust(padme(len(body) + 4), b"\0")


def unpad(padded):
    demand(len(padded) >= 4, "cut off")
    length = int.from_bytes(padded[:4], "big")
    demand(len(padded) == padme(length + 4), "another length")
    demand(not any(padded[4 + length :]), "padding other than zeros")
    return padded[4 : 4 + length]


# -- Section 5: content -------------------------------------------------------------------------

CHUNK = 16 * 1024
PART = 64 * (CHUNK + 16)


def expand(key, info, length):
    """HKDF-Expand with SHA-512 (RFC 5869, section 2.3), which takes the key as it is."""
    output, block, counter = b"", b"", 0
    while len(output) < length:
        counter += 1
        block = hmac.digest(key, block + info + bytes([counter]), "sha512")
        output += block
    return output[:length]


def message_keys(content_key, salt, context):
    info = b"c2sp.org/chunked-encryption@v1+AEAD_AES_256_GCM\0" + salt + context
    output = expand(content_key, info, 76)
    return output[:32], output[32:44], output[44:]


def chunk_nonce(base, index):
    return (int.from_bytes(base, "big") ^ index).to_bytes(12, "big")


def seal_content(content_key, salt, context, plaintext):
    key, base, commitment = message_keys(content_key, salt, context)
    aes, sealed = AESGCM(key), []
    for index in range(len(plaintext) // CHUNK + 1):
        chunk = plaintext[index * CHUNK : (index + 1) * CHUNK]
        sealed.append(aes.encrypt(chunk_nonce(base, index), chunk, None))
    return commitment, b"".join(sealed)


def content_root(sealed):
    leaves = [sha256(sealed[at : at + PART]) for at in range(0, len(sealed), PART)]
    head = label("content/root").encode() + b"\0"
    return sha256(
        head, len(sealed).to_bytes(8, "big"), len(leaves).to_bytes(8, "big"), *leaves
    )


def open_content(content_key, salt, context, commitment, root, sealed):
    key, base, own = message_keys(content_key, salt, context)
    demand(hmac.compare_digest(own, commitment), "another commitment")
    demand(content_root(sealed) == root, "another root")
    full = CHUNK + 16
    pieces = [sealed[at : at + full] for at in range(0, len(sealed) - len(sealed) % full, full)]
    last = sealed[len(sealed) - len(sealed) % full :]
    demand(len(last) >= 16, "the last chunk is missing")
    pieces.append(last)
    return b"".join(
        open_gcm(key, chunk_nonce(base, index), piece, None)
        for index, piece in enumerate(pieces)
    )


# The contexts of content.
PLACES = {
    label("content/entry"): exactly(
        text, an_id(CHART), an_id(COMPARTMENT), an_id(RECORD), short),
    label("content/file"): exactly(text, an_id(CHART), an_id(RECORD)),
}

# -- Section 6: heads ---------------------------------------------------------------------------


def leaf_hash(record, revision_number, revision, its_state):
    return sha256(b"\0", label("leaf").encode(), b"\0", record,
                  revision_number.to_bytes(4, "big"), revision, bytes([its_state]))


def tree_root(leaves):
    """Over the hashes of leaves, by the definition in RFC 9162, section 2.1.1."""
    if not leaves:
        return sha256()
    if len(leaves) == 1:
        return leaves[0]
    left = 1 << ((len(leaves) - 1).bit_length() - 1)
    return sha256(b"\1", tree_root(leaves[:left]), tree_root(leaves[left:]))


def check_words(head, words):
    digest = sha256(label("check-words").encode(), b"\0", head)
    bits = int.from_bytes(digest, "big") >> (256 - 44)
    return [words[bits >> (44 - 11 * (i + 1)) & 2047] for i in range(4)]


SEEN = fields(number, HASH, number)
ACCOUNT_MEMORY = fields(version, nullable(SEEN), number, octets(), several(an_id(CHART)))
CHART_MEMORY = fields(
    version, nullable(SEEN), several(fields(an_id(COMPARTMENT), SEEN)), several(an_id(GRANT)),
    several(fields(nullable(an_id(COMPARTMENT)), HASH)), several(fields(an_id(RECORD), text)),
    several(fields(an_id(COMPARTMENT), an_id(ACCOUNT), SEEN)),
    several(fields(nullable(an_id(COMPARTMENT)), HASH)),
)


# -- Section 8: HPKE and safety words -----------------------------------------------------------

KEM, KDF, AEAD = 0x0050, 0x0001, 0x0002


def hybrid_keys(seed):
    """MLKEM768-P256 (draft-ietf-hpke-pq): one seed, expanded by SHAKE256."""
    expanded = hashlib.shake_256(seed).digest(64 + 128)
    post_quantum = mlkem.MLKEM768PrivateKey.from_seed_bytes(expanded[:64])
    scalars = (int.from_bytes(expanded[at : at + 32], "big") for at in range(64, 192, 32))
    scalar = next(scalar for scalar in scalars if 0 < scalar < P256_ORDER)
    return post_quantum, ec.derive_private_key(scalar, ec.SECP256R1())


def uncompressed(public):
    point = public.public_numbers()
    return b"\4" + point.x.to_bytes(32, "big") + point.y.to_bytes(32, "big")


def hybrid_public(seed):
    post_quantum, classical = hybrid_keys(seed)
    return post_quantum.public_key().public_bytes_raw() + uncompressed(classical.public_key())


def hybrid_decapsulate(seed, enc):
    post_quantum, classical = hybrid_keys(seed)
    demand(len(enc) == 1088 + 65, "another length")
    try:
        point = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), enc[1088:])
    except ValueError as error:
        raise Refused("no point") from error
    demand(uncompressed(point) == enc[1088:], "another form of a point")
    return hashlib.sha3_256(
        post_quantum.decapsulate(enc[:1088])
        + classical.exchange(ec.ECDH(), point)
        + enc[1088:]
        + uncompressed(classical.public_key())
        + b"MLKEM768-P256"
    ).digest()


def open_hpke(seed, enc, info, ad, sealed):
    """RFC 9180, section 5.1, base mode, and the one message of it."""
    suite = b"HPKE" + b"".join(part.to_bytes(2, "big") for part in (KEM, KDF, AEAD))

    def extract(salt, name, ikm):
        return hmac.digest(salt, b"HPKE-v1" + suite + name + ikm, "sha256")

    def labeled(secret, name, context, length):
        # One block of HKDF-Expand is enough for up to 32 bytes.
        full = length.to_bytes(2, "big") + b"HPKE-v1" + suite + name + context
        return hmac.digest(secret, full + b"\1", "sha256")[:length]

    shared = hybrid_decapsulate(seed, enc)
    context = b"\0" + extract(b"", b"psk_id_hash", b"") + extract(b"", b"info_hash", info)
    secret = extract(shared, b"secret", b"")
    key = labeled(secret, b"key", context, 32)
    nonce = labeled(secret, b"base_nonce", context, 12)
    return open_gcm(key, nonce, sealed, ad)


# The English list of BIP 39, by its hash.
WORDS_SHA256 = "2f5eed53a4727b4bf8880d8f3f199efc90e58503646d9ff8eff3a2ed3b24dbda"


def safety_words(account, bundle, words):
    digest = sha256(label("words").encode(), b"\0", bytes(32), account, bundle)
    bits = int.from_bytes(digest, "big") >> (256 - 132)
    return [words[bits >> (132 - 11 * (i + 1)) & 2047] for i in range(12)]


# -- Section 9: requests ------------------------------------------------------------------------


def proof(vector):
    body = sha256(vector["body"].encode())
    place = [vector["session"], vector["window"], vector["number"]]
    if "status" in vector:
        covered = [label("answer-proof"), *place, vector["status"], body]
    else:
        covered = [label("request-proof"), vector["method"], vector["path"], vector["query"],
                   *place, vector["idempotency"], body]
    return base64url(hmac.digest(vector["key"], cbor(covered), "sha256"))


# -- The vectors --------------------------------------------------------------------------------


class Count:
    """Counts, and insists: whatever must be refused has to be refused."""

    def __init__(self, name):
        self.name, self.run, self.refused = name, 0, 0

    def same(self, ours, theirs, what):
        if ours != theirs:
            raise SystemExit(f"{self.name}: {what} differs")

    def refuse(self, what, function, *arguments):
        try:
            function(*arguments)
        except Refused:
            self.refused += 1
        else:
            raise SystemExit(f"{self.name}: {what} is taken but must be refused")

    def line(self, expected):
        self.same((self.run, self.refused), expected, f"the count {self.run}, {self.refused}")
        print(
            f"vectors: second implementation, {self.name}: {self.run} run, "
            f"{self.refused} refused as they must be, 0 not applicable"
        )


def load(name):
    return plain(json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8")))


def flip(data, bit):
    changed = bytearray(data)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


def spread(data, bits):
    """So many bits, evenly over the whole."""
    return range(0, len(data) * 8 - 1, (len(data) * 8 - 2) // (bits - 1))[:bits]


def statements():
    count = Count("statements")
    for vector in load("statements"):
        purpose, key, statement = vector["label"], vector["signing_key"], vector["statement"]
        payload, its_id = verify(statement, purpose, key)
        count.same(payload, vector["payload"], "a payload")
        count.same(its_id, vector["id"], "an id")
        count.same(sha256(key), vector["kid"], "a kid")
        scalar = vector["signing_scalar"]
        count.same(sign(payload, purpose, scalar), statement, "a statement made again")
        for bit in spread(statement, 200):
            count.refuse("a flipped bit", verify, flip(statement, bit), purpose, key)
        count.refuse("a high s", verify, high_s(statement), purpose, key)
        count.refuse("a longer one", verify, statement + b"\0", purpose, key)
        for other in PAYLOADS:
            if other != purpose:
                count.refuse("another kind", verify, statement, other, key)
        spelled = sign(payload + [None], purpose, scalar)
        count.refuse("a null at the end", verify, spelled, purpose, key)
        for at, item in enumerate(payload):
            if purpose in HEADS and isinstance(item, list) and len(item) > 1:
                for wrong in (item[::-1], item + item[-1:]):
                    listed = sign(payload[:at] + [wrong] + payload[at + 1 :], purpose, scalar)
                    count.refuse("a list that does not rise", verify, listed, purpose, key)
        later = sign([2] + payload[1:], purpose, scalar)
        count.refuse("another version", verify, later, purpose, key)
        if purpose == label("key-bundle"):
            count.same(payload[4], key, "the key of a bundle")
        count.run += 1
    return count


def enclosures():
    count = Count("enclosures")
    named = {vector["id"]: vector["payload"] for vector in load("statements")}
    for vector in load("enclosures"):
        enclosure, name = vector["enclosure"], named[vector["statement"]][15]
        count.same(name, vector["hash"], "the name of an enclosure")
        count.same(enclosed(enclosure, name), vector["fields"], "an enclosure")
        for bit in spread(enclosure, 50):
            count.refuse("a flipped bit", enclosed, flip(enclosure, bit), name)
        count.refuse("a longer one", enclosed, enclosure + b"\0", name)
        body = vector["fields"]
        for wrong in ([2] + body[1:], body + [None], body[:1] + body[2:]):
            spelled = cbor(wrong)
            its_name = sha256(label("enclosure").encode(), b"\0", spelled)
            count.refuse("another layout", enclosed, spelled, its_name)
        count.run += 1
    return count


def envelopes():
    count = Count("envelopes")
    for vector in load("envelopes"):
        key, context, envelope = vector["key"], vector["context"], vector["envelope"]
        role_name, rest = CONTEXTS[context[0]]
        exactly(text, *rest)(context)
        count.same(role_name, vector["role"], "a role")
        count.same(key_id(key, role_name), vector["key_id"], "a key id")
        opened = open_envelope(key, role_name, context, envelope)
        count.same(opened, vector["plaintext"], "a plaintext")
        again = seal_envelope(envelope[33:45], key, role_name, context, opened)
        count.same(again, envelope, "an envelope made again")
        for bit in spread(envelope, 50):
            count.refuse("a flipped bit", open_envelope, key, role_name, context,
                         flip(envelope, bit))
        elsewhere = context[:1] + [flip(context[1], 130)] + context[2:]
        count.refuse("another place", open_envelope, key, role_name, elsewhere, envelope)
        count.refuse("another key", open_envelope, flip(key, 0), role_name, context, envelope)
        inside(count, context, opened)
        count.run += 1
    return count


def inside(count, context, opened):
    """What the plaintext of an envelope has to be."""
    purpose = context[0].removeprefix(label(""))
    if purpose == "seal/identity-keys":
        _, scalar, seed, bundle = uncbor(opened)
        private = ec.derive_private_key(int.from_bytes(scalar, "big"), ec.SECP256R1())
        payload, _ = verify(bundle, label("key-bundle"), compressed(private.public_key()))
        count.same(payload[1], context[1], "the account of an identity")
        if mlkem is not None:
            count.same(payload[5], hybrid_public(seed), "a wrapping key")
    elif purpose == "seal/address-book":
        book = uncbor(unpad(opened))
        fields(version, several(octets()))(book)
        for bundle in book[1]:
            key = uncbor(uncbor(bundle).item[2])[4]
            verify(bundle, label("key-bundle"), key)
    elif purpose == "seal/device":
        layout = fields(version, one_of(7), one_of(8), flag)
        device = uncbor(unpad(opened))
        layout(device)
        for wrong in ([2] + device[1:], device[:1] + [7] + device[2:], device[:-1], device + [None]):
            count.refuse("another device", layout, wrong)
    elif purpose == "seal/drafts":
        typed = unpad(opened)
        typed.decode("utf-8")
        count.same(pad(typed), opened, "padded drafts")
    elif purpose == "seal/memory":
        memory = uncbor(opened)
        layout = ACCOUNT_MEMORY if context[2] is None else CHART_MEMORY
        layout(memory)
        for wrong in (memory + [None], [2] + memory[1:], memory[:-1]):
            count.refuse("another memory", layout, wrong)
    else:
        own = purpose == "wrap/compartment-key/own"
        count.same(len(opened), 33 if own else 32, "the length of a key")


def contents():
    count = Count("content")
    for vector in load("content"):
        key, salt = vector["key"], vector["salt"]
        context, described = cbor(vector["context"]), vector["plaintext"]
        PLACES[vector["context"][0]](vector["context"])
        if "padded" in described:
            plaintext = pad(cbor(described["padded"]))
        else:
            plaintext = pattern(described["length"])
        count.same(sha256(plaintext), vector["plaintext_sha256"], "a plaintext")
        commitment, sealed = seal_content(key, salt, context, plaintext)
        root = content_root(sealed)
        count.same(commitment, vector["commitment"], "a commitment")
        count.same(len(sealed), vector["sealed_length"], "a sealed length")
        count.same(sha256(sealed), vector["sealed_sha256"], "sealed content")
        count.same(root, vector["root"], "a root")
        count.same(sealed, vector.get("sealed", sealed), "sealed bytes")
        arguments = (key, salt, context, commitment)
        count.same(open_content(*arguments, root, sealed), plaintext, "opened content")
        count.refuse("another salt", open_content, key, flip(salt, 0), context, commitment, root,
                     sealed)
        count.refuse("another context", open_content, key, salt, flip(context, 99), commitment,
                     root, sealed)
        count.refuse("another key", open_content, flip(key, 7), *arguments[1:], root, sealed)
        count.refuse("another root", open_content, *arguments, flip(root, 1), sealed)
        for bit in (0, len(sealed) * 4, len(sealed) * 8 - 1):
            bad = flip(sealed, bit)
            count.refuse("a flipped bit", open_content, *arguments, root, bad)
            # Even a root that was made to fit does not let a chunk open.
            count.refuse("a flipped bit", open_content, *arguments, content_root(bad), bad)
        cut = sealed[: -(len(sealed) % (CHUNK + 16))]
        count.refuse("a cut", open_content, *arguments, content_root(cut), cut)
        count.run += 1
    return count


def wraps():
    count = Count("HPKE wraps")
    for vector in load("hpke"):
        seed, enc, sealed = vector["seed"], vector["enc"], vector["sealed"]
        count.same(hybrid_public(seed), vector["public_key"], "a public key")
        of_entry = vector["info"][0] == label("hpke/entry")
        if of_entry:
            fields(text, an_id(CHART), an_id(COMPARTMENT), an_id(RECORD), an_id(ACCOUNT), HASH)(
                vector["info"])
            fields(HASH)(vector["ad"])
        else:
            count.same(vector["info"][0], label("hpke/grant"), "a label")
            fields(text, an_id(CHART), an_id(GRANT), an_id(ACCOUNT), HASH)(vector["info"])
            fields(an_id(COMPARTMENT), number, HASH)(vector["ad"])
        info, ad = cbor(vector["info"]), cbor(vector["ad"])
        opened = open_hpke(seed, enc, info, ad, sealed)
        count.same(opened, vector["plaintext"], "a plaintext")
        role_name = "record" if of_entry else "compartment"
        count.same(key_id(opened[:32], role_name), vector["ad"][-1], "a key id")
        count.refuse("another enc", open_hpke, seed, flip(enc, 5), info, ad, sealed)
        count.refuse("another point", open_hpke, seed, flip(enc, len(enc) * 8 - 1), info, ad,
                     sealed)
        count.refuse("another info", open_hpke, seed, enc, flip(info, 200), ad, sealed)
        count.refuse("another place", open_hpke, seed, enc, info, flip(ad, 100), sealed)
        count.refuse("a flipped bit", open_hpke, seed, enc, info, ad, flip(sealed, 8))
        count.refuse("another seed", open_hpke, flip(seed, 0), enc, info, ad, sealed)
        count.run += 1
    return count


def derived():
    count = Count("derived keys")
    for vector in load("keys"):
        purpose = vector["label"].removeprefix(label(""))
        known = ("unlock-key", "request-key", "return-key", "kit/wrapping-key", "kit/signing-key")
        count.same(purpose in known, True, "a label")
        count.same(derive(vector["input"], purpose), vector["key"], "a key")
        count.run += 1
    return count


def one_time_codes():
    """The app's side, by `pyotp`: what it reads from the QR code, and what it then shows."""
    count = Count("one-time codes")
    for vector in load("codes"):
        app = pyotp.parse_uri(vector["uri"])
        key = vector["key"].replace("-", "")
        count.same((app.name, app.issuer), (vector["username"], "Keepwell"), "the account's name")
        count.same((app.digits, app.interval, app.digest), (6, 30, hashlib.sha1), "the kind")
        count.same((app.secret, base64.b32decode(key)), (key, vector["secret"]), "the key")
        count.same(app.at(vector["time"]), vector["code"], "a code")

        def verify(code, time):
            demand(app.verify(code, for_time=time, valid_window=1), "the code is not right")

        # One step early or late is taken; there is none before the first two of 1970.
        for step in (-30, 0, 30):
            if vector["time"] + step >= 30:
                verify(vector["code"], vector["time"] + step)
        count.refuse("a late code", verify, vector["code"], vector["time"] + 60)
        other = vector["code"][:5] + str((int(vector["code"][5]) + 1) % 10)
        count.refuse("another digit", verify, other, vector["time"])
        count.run += 1
    return count


def recovery_codes():
    count = Count("recovery codes")
    for vector in load("recovery-codes"):
        count.same(base64.b32decode(vector["text"].replace("-", "")), vector["code"], "a code")
        text = label("recovery-code").encode()
        count.same(sha256(text, b"\0", vector["account"], vector["code"]), vector["hash"], "a hash")
        count.run += 1
    return count


def times(a, b):
    """In GF(32), modulo x^5 + x^2 + 1."""
    product = 0
    for bit in range(5):
        product ^= (a << bit) * (b >> bit & 1)
    for bit in range(9, 4, -1):
        if product >> bit & 1:
            product ^= 0b100101 << bit - 5
    return product


def kit_of(text):
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
    groups = text.split("-")
    demand(len(groups) == 8 and all(len(group) == 5 for group in groups), "another layout")
    for at, group in enumerate(groups):
        *values, check = [alphabet.index(sign) for sign in group]
        for factor, value in zip((2, 4, 8, 16), values):
            check ^= times(value, factor)
        demand(check == at, "a damaged group")
    return base64.b32decode("".join(group[:4] for group in groups))


def kits():
    count = Count("recovery kits")
    for vector in load("kits"):
        kit, text = vector["kit"], vector["text"]
        count.same(kit_of(text), kit, "a kit")
        scalar = int.from_bytes(derive(kit, "kit/signing-key"), "big")
        public = ec.derive_private_key(scalar, ec.SECP256R1()).public_key()
        point = public.public_bytes(Encoding.X962, PublicFormat.CompressedPoint)
        count.same(point, vector["signing_key"], "the key of a kit")
        for at, sign in enumerate(text):
            if sign != "-":
                wrong = text[:at] + ("B" if sign == "A" else "A") + text[at + 1 :]
                count.refuse("a wrong sign", kit_of, wrong)
        count.run += 1
    return count


def words():
    count = Count("safety words")
    data = (FOLDER / "words.txt").read_bytes()
    count.same(hashlib.sha256(data).hexdigest(), WORDS_SHA256, "the word list")
    table = data.decode().split()
    for vector in load("words"):
        account, bundle = vector["account"], vector["bundle"]
        count.same(safety_words(account, bundle, table), vector["words"], "the words")
        other = safety_words(account, flip(bundle, 255), table)
        count.same(other == vector["words"], False, "the words of another bundle")
        count.refused += 1
        count.run += 1
    return count


def checks():
    count = Count("check words")
    table = (FOLDER / "words.txt").read_text(encoding="ascii").split()
    for vector in load("check-words"):
        head = vector["head"]
        count.same(check_words(head, table), vector["words"], "the words")
        count.same(check_words(flip(head, 255), table) == vector["words"], False,
                   "the words of another head")
        count.refused += 1
        count.run += 1
    return count


def trees():
    count = Count("trees")

    def over(leaves):
        return tree_root([leaf_hash(*leaf) for leaf in leaves])

    for vector in load("trees"):
        leaves = []
        for leaf in vector["leaves"]:
            one = (leaf["record"], leaf["number"], leaf["revision"], leaf["state"])
            exactly(an_id(RECORD), short, HASH, state)(list(one))
            count.same(leaf_hash(*one), leaf["hash"], "a leaf")
            leaves.append(one)
        count.same(over(leaves), vector["root"], "a root")
        for at, (record, its_number, revision, its_state) in enumerate(leaves):
            before, here, after = leaves[:at], leaves[at : at + 1], leaves[at + 1 :]
            changed = [
                before + after,
                before + here + here + after,
                before + [(flip(record, 8), its_number, revision, its_state)] + after,
                before + [(record, its_number + 1, revision, its_state)] + after,
                before + [(record, its_number, flip(revision, 0), its_state)] + after,
                before + [(record, its_number, revision, (its_state + 1) % 6)] + after,
            ]
            if len(leaves) > 1:
                swapped, other = leaves[:], (at + 1) % len(leaves)
                swapped[at], swapped[other] = leaves[other], leaves[at]
                changed.append(swapped)
            for other in changed:
                count.same(over(other) == vector["root"], False, "the root over other leaves")
                count.refused += 1
        count.run += 1
    return count


def proofs():
    count = Count("request proofs")
    for vector in load("proofs"):
        an_id(SESSION)(vector["session"])
        an_id(WINDOW)(vector["window"])
        count.same(proof(vector), vector["proof"], "a proof")
        for field, value in vector.items():
            if field in ("name", "proof"):
                continue
            if isinstance(value, bytes):
                changed = flip(value, 8)
            elif isinstance(value, int):
                changed = value + 1
            else:
                changed = (value or "") + "x"
            other = proof({**vector, field: changed})
            count.same(other == vector["proof"], False, f"a proof over another {field}")
            count.refused += 1
        count.run += 1
    return count


def padding():
    count = Count("padding")
    for vector in load("padding"):
        if "padded" in vector:
            count.same(padme(vector["length"]), vector["padded"], "a padded length")
        else:
            body = pattern(vector["body_length"])
            padded = pad(body)
            count.same(len(padded), vector["plaintext_length"], "a length")
            count.same(sha256(padded), vector["plaintext_sha256"], "a padded body")
            count.same(unpad(padded), body, "a body")
            count.refuse("a shorter one", unpad, padded[:-1])
            count.refuse("a longer one", unpad, padded + b"\0")
            if len(padded) > len(body) + 4:
                count.refuse("other padding", unpad, flip(padded, len(padded) * 8 - 1))
        count.run += 1
    return count


def puzzle_solved(challenge, bits, solution):
    seed = sha256(label("puzzle").encode(), b"\0", challenge)
    demand(len(solution) == 32 * 4, "another number of pieces")
    for piece in range(32):
        found = sha256(seed, bytes([piece]), solution[piece * 4 : piece * 4 + 4])
        demand(int.from_bytes(found, "big") >> (256 - bits) == 0, "a piece that is not solved")


def puzzles():
    count = Count("puzzles")
    for vector in load("puzzles"):
        challenge, bits, solution = vector["challenge"], vector["bits"], vector["solution"]
        count.same((challenge[0], challenge[2], len(challenge)), (1, bits, 59), "a challenge")
        puzzle_solved(challenge, bits, solution)
        count.same(base64url(challenge + solution), vector["header"], "an answer")
        for piece in range(32):
            bent = flip(solution, piece * 32 + 31)
            count.refuse("another number", puzzle_solved, challenge, bits, bent)
        for bit in (0, 200):
            count.refuse("another puzzle", puzzle_solved, flip(challenge, bit), bits, solution)
        count.run += 1
    return count


PREFIXES = ["acc_", "cha_", "com_", "rec_", "blo_", "gra_", "ses_", "win_", "log_", "ide_",
            "pro_", "rcv_"]


def fold(name):
    for one, other in ((".", ""), ("_", ""), ("-", ""), ("rn", "m"), ("vv", "w"), ("0", "o"),
                       ("1", "l"), ("i", "l")):
        name = name.replace(one, other)
    return name


def prepared(typed):
    """OpaqueString of RFC 8265, section 4.2.2, as far as section 7.2 goes."""
    spaced = "".join(" " if unicodedata.category(one) == "Zs" else one for one in typed)
    return unicodedata.normalize("NFC", spaced).encode()


def texts():
    count = Count("ids, names, passwords")
    for vector in load("texts"):
        if "tagged" in vector:
            tagged = vector["tagged"]
            an_id(tagged[0])(tagged)
            text_form = PREFIXES[tagged[0] - 1] + base64url(tagged[1:])
            count.same(text_form, vector["text"], "an id as text")
        elif "folded" in vector:
            count.same(fold(vector["typed"]), vector["folded"], "a folded name")
        else:
            count.same(prepared(vector["typed"]), vector["prepared"], "a prepared password")
        count.run += 1
    return count


def hang_together():
    """A reader's way through the files: from the grant's wrap down to the content of a revision."""
    count = Count("grant to content")
    wrapped = {vector["ad"][0]: vector for vector in load("hpke")}
    known = {vector["root"]: vector for vector in load("content")}
    for vector in load("statements"):
        if vector["label"] != label("revision"):
            continue
        payload, _ = verify(vector["statement"], vector["label"], vector["signing_key"])
        (_, chart, compartment, record, _, parent, _, _, epoch, wrapped_key, entry, file,
         its_state) = payload[:13]
        key = wrapped[compartment]["plaintext"][:32]
        place = [label("wrap/record-key"), chart, compartment, epoch, record]
        record_key = open_envelope(key, "compartment", place, wrapped_key)
        things = [(False, entry)] + ([(True, file[1])] if file else [])
        for is_file, content in things:
            sealed_length, root, salt, commitment, envelope = content
            place = [label("wrap/content-key"), chart, record, is_file]
            content_key = open_envelope(record_key, "record", place, envelope)
            stored = known[root]
            count.same(content_key, stored["key"], "a content key")
            count.same((salt, commitment), (stored["salt"], stored["commitment"]), "a content")
            count.same(sealed_length, stored["sealed_length"], "a sealed length")
            if its_state == 5:
                count.same(stored["plaintext"]["padded"], [1, "", ""], "a deleted entry")
                count.same((is_file, parent is None), (False, False), "what a deletion follows")
            place = [label("wrap/content-key"), chart, record, not is_file]
            count.refuse("another kind", open_envelope, record_key, "record", place, envelope)
            count.run += 1
    return count


def heads_hang_together():
    """The owner's way: from the account head and the chart head down to keys and revisions."""
    count = Count("heads to keys and revisions")
    by_id, envelopes_by_label = {}, {}
    for vector in load("statements"):
        payload, its_id = verify(vector["statement"], vector["label"], vector["signing_key"])
        by_id[its_id] = vector["label"].removeprefix(label("")), payload
    for vector in load("envelopes"):
        envelopes_by_label.setdefault(vector["context"][0], []).append(vector)

    def all_of(kind):
        return [(its_id, payload) for its_id, (one, payload) in by_id.items() if one == kind]

    def only(purpose):
        (vector,) = envelopes_by_label[label(purpose)]
        return vector

    account_heads = sorted(all_of("account-head"), key=lambda one: one[1][2])
    (account_id, account), (later_id, later), (_, kit), (_, repair) = account_heads
    (_, owner, counter, previous, replaced, began, generation, bundle, wrapped, identity, changed,
     password_at) = account
    count.same(password_at, began, "when a password was chosen")
    count.same((counter, previous, replaced, generation, changed), (0, None, [], 0, 0),
               "a first head")
    count.same(later[2:5] + later[10:], [1, account_id, [], 1, later[5]], "a new password")
    count.same(repair[3:4] + repair[10:], [account_id, 2, repair[5]], "a repair")
    kit_wrap = sha256(only("wrap/kit/account-key")["envelope"])
    count.same(kit[2:5] + kit[6:12], [2, later_id, []] + later[6:10] + [3, later[5]], "a new kit")
    count.same(kit[12][1:], [kit_wrap, kit[5]], "what is said of a kit")
    (proof,) = [one for one in load("statements") if one["label"] == label("kit-proof")]
    count.same(kit[12][0], proof["signing_key"], "the key of a kit")
    count.same(repair[2] > 1 + len(repair[4]) > 1, True, "a counter above what is given up")
    for after in (later, repair):
        left = [generation, bundle, identity]
        count.same(after[6:8] + after[9:10], left, "what a password leaves")
        count.run += 1
    count.same(by_id[bundle][0], "key-bundle", "the bundle of an account")
    count.same(wrapped, sha256(only("wrap/account-key")["envelope"]), "the wrapped AccountKey")
    count.same(identity, sha256(only("seal/identity-keys")["envelope"]), "the identity")
    count.run += 1

    own, back = only("wrap/compartment-key/own"), only("wrap/compartment-key/back")
    keys = {(one["context"][2], one["context"][3]): one["plaintext"][:32] for one in (own, back)}
    revisions = {}
    for its_id, payload in all_of("revision"):
        revisions.setdefault(payload[3], []).append((payload[4], its_id, payload))
    for its_id, head in all_of("compartment-head"):
        (_, chart, its_owner, compartment, counter, previous, replaced, _, epoch, its_key_id,
         entries, stored, root, _, _) = head
        count.same(its_owner, owner, "the owner")
        count.same(previous is None, counter == 0, "a first head")
        if (compartment, epoch) in keys:
            count.same(key_id(keys[compartment, epoch], "compartment"), its_key_id, "a key id")
        else:
            count.same((epoch, entries, stored, root), (0, 0, 0, tree_root([])), "a first head")
        if previous in by_id:
            before = by_id[previous][1]
            count.same(before[1:4], [chart, owner, compartment], "the chain of a head")
            # One step, or a jump where others are replaced.
            count.same(counter > before[4] if replaced else counter == before[4] + 1, True,
                       "a counter")
        count.run += 1

    named = 0
    for its_id, head in all_of("chart-head"):
        _, chart, its_owner, counter, previous, _, its_account, _, compartments, grants = head
        count.same((its_owner, its_account), (owner, account_id), "the account of a chart")
        count.same(previous is None, counter == 0, "a first head")
        count.same(len(compartments), 6, "the compartments of a chart")
        for compartment, its_head in compartments:
            if its_head in by_id:
                count.same(by_id[its_head][1][1], chart, "the chart of a compartment")
                count.same(by_id[its_head][1][3], compartment, "a compartment")
                named += 1
        for grant in grants:
            count.same((by_id[grant][0], by_id[grant][1][2]), ("grant", chart), "a grant")
        count.run += 1
    count.same(named, 2, "how many heads are named")

    # The newest head, and from it every revision by its name.
    newest_id, newest = max(all_of("compartment-head"), key=lambda pair: pair[1][4])
    leaves = []
    for record, chain in revisions.items():
        chain.sort(key=lambda one: one[0])
        revision_number, its_id, payload = chain[-1]
        first_at = chain[0][2][7]
        its_hash = leaf_hash(record, revision_number, its_id, payload[12])
        leaves.append(((payload[12] != 2, first_at), its_hash))
        for (_, earlier, _), (_, _, later) in zip(chain, chain[1:]):
            count.same(later[5], earlier, "a parent")
    hashes = [its_hash for _, its_hash in sorted(leaves)]
    count.same(newest[10], len(hashes), "the number of entries")
    count.same(newest[12], tree_root(hashes), "the root over the revisions")
    count.same(newest[12] == tree_root(hashes[::-1]), False, "another order")
    count.same(newest[12] == tree_root(hashes[:1]), False, "a lost leaf")
    count.refused += 2
    count.run += 1

    # What the doctor wrote, and what became of it.
    statements_of = all_of("author-statement")
    taken = [payload for _, payload in all_of("revision") if len(payload) > 13]
    beside = {vector["hash"]: vector["fields"] for vector in load("enclosures")}
    for its_id, written in statements_of:
        (_, chart, compartment, author, its_bundle, its_number, previous, replaced, head_counter,
         head, others, _, record, answered, its_key_id, enclosure) = written
        _, content, _, wrapped = beside[enclosure]
        count.same(by_id[its_bundle][1][1], author, "the keys of an author")
        count.same(by_id[head][1][1:5], [chart, owner, compartment, head_counter], "a head")
        count.same(its_bundle in by_id[head][1][13], True, "a reader who writes")
        if previous is None:
            count.same((its_number, replaced, others), (1, [], []), "a first statement")
            count.same(len(wrapped), 1 + len(by_id[head][1][13]), "the wraps of a statement")
            count.same(newest[14], [[author, its_number, its_id]], "what the owner has seen")
            (revision,) = taken
            count.same(revision[13], [author, its_id], "the origin of a revision")
            count.same((revision[3], revision[10]), (record, content), "an entry that was taken")
            vectors = {vector["enc"]: vector for vector in load("hpke")}
            for enc, sealed in wrapped:
                vector = vectors[enc]
                count.same(vector["sealed"], sealed, "a wrapped key")
                count.same(vector["info"][1:5], [chart, compartment, record, author], "its place")
                count.same(vector["ad"], [its_key_id], "its id")
        else:
            count.same((previous, answered, wrapped[1]), (others[0][2], previous, None), "a chain")
            count.same(its_number > 1 + len(replaced), True, "a number")
        count.run += 1

    # What the device remembers is what the files hold.
    for vector in envelopes_by_label[label("seal/memory")]:
        memory = uncbor(vector["plaintext"])
        if vector["context"][2] is None:
            book = only("seal/address-book")
            count.same(memory[1][:2], [0, account_id], "the remembered account head")
            count.same(memory[2], book["context"][2], "the remembered counter of the book")
            count.same(memory[3], book["envelope"], "the remembered book")
        else:
            remembered = by_id[memory[1][1]]
            count.same((remembered[0], remembered[1][3]), ("chart-head", memory[1][0]),
                       "the remembered chart head")
            seen = [newest[4], newest_id, newest[7]]
            count.same(memory[2], [[newest[3], seen]], "a remembered head")
            (grant,) = memory[3]
            count.same(grant, by_id[remembered[1][9][0]][1][1], "a remembered grant")
            ((where, author, seen),) = memory[6]
            count.same([[author] + seen[:2]], newest[14], "a remembered statement")
            count.same(where, newest[3], "where it stands")
            before = [[None, remembered[1][4]], [newest[3], newest[5]]]
            count.same(memory[7], before, "the heads before")
        count.run += 1
    return count


def main():
    # How many vectors there are, and how many changed ones are refused: a set that shrinks fails.
    sets = {
        # Beside the changes that every kind takes, two for each of five lists in heads.
        statements: (22, 22 * (204 + len(PAYLOADS) - 1) + 12),
        enclosures: (2, 2 * 54),
        envelopes: (15, 15 * 52 + 10),
        contents: (16, 16 * 11),
        trees: (6, 19 * 6 + 18),
        derived: (5, 0),
        one_time_codes: (24, 48),
        recovery_codes: (4, 0),
        kits: (4, 4 * 40),
        words: (2, 2),
        checks: (2, 2),
        proofs: (3, 24),
        padding: (17, 14),
        puzzles: (1, 34),
        texts: (18, 0),
        hang_together: (8, 8),
        heads_hang_together: (14, 2),
    }
    if mlkem is None:
        print("vectors: second implementation, HPKE wraps: 0 run, 0 refused as they must be, "
              "4 not applicable (this `cryptography` has no ML-KEM)")
    else:
        sets[wraps] = (4, 4 * 6)
    run = refused = 0
    for check, expected in sets.items():
        count = check()
        count.line(expected)
        run, refused = run + count.run, refused + count.refused
    print(f"second implementation: {run} vectors agree, {refused} changed ones are refused")


if __name__ == "__main__":
    try:
        main()
    except Refused as why:
        sys.exit(f"refused: {why}")
