"""PII: personal data and secrets."""

from __future__ import annotations

import json
import random
import string
from pathlib import Path

import pytest

from ftui.text import personal_data, secrets
from tests.rules.checked_files import ask, check, found, mended_text, rows_of, typed

PERSONAL = {
    "maria.keller@gmx.net": "email",
    "+49 151 23456789": "phone",
    "(212) 736-1234": "phone",
    "212-736-1234": "phone",
    "Tel.: 030 1234598": "phone",
    "Card 4539 1488 0343 6467": "card",
    "my visa 4539148803436467": "card",
    "DE44 5001 0517 5407 3249 31": "iban",
    "SSN 536-90-4399": "ssn",
    "Server 81.2.69.142 is down": "ip",
    "2a02:8109:9a80:1c::5": "ip",
}
HARMLESS = (
    "john@example.com", "info@firma.de", "product-feedback@firma.com",
    "(212) 555-0100", "1-800-736-1234", "123-456-7890",
    "4242 4242 4242 4242",
    "DE89 3704 0044 0532 0130 00", "123-45-6789", "192.168.1.1", "8.8.8.8", "203.0.113.5", "2001:db8::1",
)  # fmt: skip
NOTHING = (
    "127.0.0.1 and 255.255.255.0", "version 10.2.33.4", "1.2.3.4", "2024-01-15 12:30:45",
    "ISBN 978-3-16-148410-0",
    "Order 4539148803436467 shipped", "git@github.com:foo/bar.git", "icon@2x.png", "react@18.2.0",
    "@anna@mastodon.social",
    "550e8400-e29b-41d4-a716-446655440000", "00:1A:2B:3C:4D:5E", "3.14159265358979", "1,234,567.89",
    "part no 536-90-4399",
    "call the function 1234567 times", "In 2019-2020 we", "postgres://anna:pw@db.firma.de/x",
    "1.2.840.113549.1.1",
)  # fmt: skip


def random_text(length: int, letters: str = string.ascii_letters + string.digits, seed: int = 3) -> str:
    chooser = random.Random(seed)
    return "".join(chooser.choice(letters) for _ in range(length))


KEY = "-----BEGIN RSA PRIVATE KEY-----\n" + "\n".join(random_text(64, seed=n) for n in range(5))
HEX = "0123456789abcdef"
SECRETS = (
    KEY + "\n-----END RSA PRIVATE KEY-----",
    "AKIA" + random_text(16, string.ascii_uppercase + "234567"),
    "AIza" + random_text(35),
    "ghp_" + random_text(36),
    "glpat-" + random_text(20),
    "sk_live_" + random_text(24),
    "sk-proj-" + random_text(60),
    "hf_" + random_text(34),
    "SG." + random_text(22) + "." + random_text(43),
    "postgres://anna:Zk3jd8Xw@db.firma.de/x",
    'api_key = "' + random_text(32) + '"',
)
PLACEHOLDERS = (
    "api_key = 'YOUR_API_KEY_HERE_PLEASE_12345'",
    "sk-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
    "api_key=os.environ['OPENAI_API_KEY_PRODUCTION_2024']",
    "sha256: " + random_text(64, HEX),
    "token: " + random_text(40, HEX),
    "postgres://user:password@localhost/db",
    "-----BEGIN PUBLIC KEY-----\n" + random_text(192) + "\n-----END PUBLIC KEY-----",
    "-----BEGIN RSA PRIVATE KEY-----\n...\n-----END RSA PRIVATE KEY-----",
    "password: hunter2",
)


@pytest.mark.parametrize(("text", "kind"), PERSONAL.items())
def test_personal_data_is_found(text: str, kind: str) -> None:
    (datum,) = personal_data.find(f"so {text} there")
    assert (datum.kind, datum.harmless) == (kind, False)


@pytest.mark.parametrize("text", HARMLESS)
def test_values_with_nobody_behind_them_are_remarks(text: str) -> None:
    assert [each.harmless for each in personal_data.find(f"so {text} there")] == [True]


@pytest.mark.parametrize("text", NOTHING)
def test_numbers_and_handles_that_only_look_like_it_are_passed_over(text: str) -> None:
    assert personal_data.find(text) == []


@pytest.mark.parametrize("text", SECRETS)
def test_secrets_are_found(text: str) -> None:
    (secret,) = secrets.find(f"x {text} y")
    assert secret.sureness in ("known", "likely")


@pytest.mark.parametrize("text", PLACEHOLDERS)
def test_placeholders_hashes_and_public_keys_are_no_secrets(text: str) -> None:
    assert secrets.find(text) == []


def test_keys_of_the_documentation_are_remarks() -> None:
    assert [each.sureness for each in secrets.find("use AKIAIOSFODNN7EXAMPLE here")] == ["printed"]


def test_no_finding_shows_a_value(tmp_path: Path) -> None:
    rows = [ask("Say", f"so {text} there") for text in (*PERSONAL, *SECRETS)]
    done = check(tmp_path, {"train": rows}, "PII")
    assert len(rows_of(done, "PII001")) + len(rows_of(done, "PII002")) >= len(rows)
    for row, each in enumerate(rows):
        for finding in done.inspect(0, row):
            value = each["output"][finding.start : finding.end]
            told = finding.message + json.dumps(finding.evidence)
            assert value not in told
            assert all(part not in told for part in value.split("@") if len(part) > 4)


def test_a_placeholder_stands_for_one_value_in_all_rows(tmp_path: Path) -> None:
    rows = [
        ask("Say", "Write to Maria.Keller@gmx.net."),
        ask("Say", "maria.keller@gmx.net is it"),
        ask("Say", "o@gmx.net"),
    ]
    done = check(tmp_path, {"train": rows}, "PII001")
    texts = []
    for row, each in enumerate(rows):
        finding = found(done, row, "PII001")
        assert finding.fix is not None
        assert finding.fix.safety == "unsafe"
        texts.append(mended_text(each["output"], finding.fix.edits))
        assert typed(done, row, ask("Say", texts[-1])) == []
    (first, second, third) = [text[text.index("[") : text.index("]")] for text in texts]
    assert first == second != third
    assert first.startswith("[EMAIL_")


def test_severities(tmp_path: Path) -> None:
    rows = [ask("Say", text) for text in ("o.b@gmx.net", "john@example.com", SECRETS[3], SECRETS[-1])]
    done = check(tmp_path, {"train": rows}, "PII")
    assert [each.severity for row in range(4) for each in done.inspect(0, row)] == [
        "warning",
        "info",
        "error",
        "warning",
    ]
