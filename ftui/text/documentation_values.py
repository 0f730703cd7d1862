"""Values with nobody behind them: reserved by standards, printed in manuals, or shared by design."""

from __future__ import annotations

import ipaddress
import re

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_DOMAINS = re.compile(
    r"(?:^|[@.])(?:example[a-z-]*|test|sample|invalid|local|localhost|domain|yourdomain|mydomain|company"
    r"|yourcompany|mycompany"
    r"|email|youremail|website|yoursite|mysite|foo|bar|acme|abc|xyz|placeholder|fake|server|host"
    r"|provider|some\w*|your\w*)"
    r"\.[a-z]{2,}(?:\.[a-z]{2})?$|\.(?:example|test|invalid|local|localhost|internal|lan)$",
)
_LOCALS = re.compile(
    r"^(?:user(?:name)?\d*|you|me|your?[._-]?\w*|(?:first|last|full)?[._-]?name|name[._-]?surname"
    r"|first[._-]?last\w*|someone|somebody|anyone"
    r"|j(?:ohn|ane)?[._-]?(?:doe|smith)\d*|foo|bar|test\w*|example|sample|dummy|fake|abc|xyz"
    r"|placeholder|email|mail"
    r"|recipient|sender|from|to|customer|client|person|member|student|employee)$"
)
_SHARED = re.compile(
    r"^(?:info|support|sales|help|helpdesk|contact(?:us)?|no-?reply|do-?not-?reply|press|media|hello"
    r"|hi|admin|administrator|webmaster"
    r"|postmaster|hostmaster|abuse|security|privacy|legal|billing|accounts?|office|team|jobs|careers"
    r"|hr|marketing|service"
    r"|customer[._-]?(?:service|care|support)|(?:\w+[._-])?feedback|orders?|enquir(?:y|ies)|inquir(?:y|ies)"
    r"|news(?:letter)?|notifications?|mailer-daemon"
    r"|root|reservations?|booking|donations?|membership|editor|kontakt|presse|ventas|contacto)$"
)
_TOLL_FREE = ("800", "833", "844", "855", "866", "877", "888")
_CARDS = frozenset({
    "4242424242424242", "4111111111111111", "4012888888881881", "4000056655665556", "5555555555554444",
    "5105105105105100",
    "2223003122003222", "5200828282828210", "378282246310005", "371449635398431", "378734493671000",
    "6011111111111117",
    "6011000990139424", "6011000000000004", "3056930009020004", "30569309025904", "38520000023237",
    "3566002020360505",
    "3530111333300000", "4222222222222", "6200000000000005", "4000000000000002", "4000000000000077",
    "4917610000000000",
    "4532015112830366", "4012000033330026", "4000000000003220", "4000002500003155", "4000000000009995",
    "4539578763621486",
    "4716461583322103", "4485275742308327",
})  # fmt: skip
IBANS = frozenset({
    "DE89370400440532013000", "GB29NWBK60161331926819", "GB82WEST12345698765432",
    "FR1420041010050500013M02606",
    "NL91ABNA0417164300", "ES9121000418450200051332", "CH9300762011623852957", "AT611904300234573201",
    "BE68539007547034", "IT60X0542811101000000123456", "PL61109010140000071219812874",
    "SE4550000000058398257466",
    "DK5000400440116243", "NO9386011117947", "FI2112345600000785", "PT50000201231234567890154",
    "IE29AIBK93115212345678",
    "GB33BUKB20201555555555", "DE02120300000000202051", "FR7630006000011234567890189",
    "GR1601101250000000012300695",
    "LU280019400644750000", "SA0380000000608010167519", "CY17002001280000001200527600",
    "CZ6508000000192000145399",
})  # fmt: skip
IBAN_LENGTHS = {
    "AD": 24, "AE": 23, "AL": 28, "AT": 20, "AZ": 28, "BA": 20, "BE": 16, "BG": 22, "BH": 22, "BR": 29,
    "BY": 28, "CH": 21,
    "CR": 22, "CY": 28, "CZ": 24, "DE": 22, "DK": 18, "DO": 28, "EE": 20, "EG": 29, "ES": 24, "FI": 18,
    "FO": 18, "FR": 27,
    "GB": 22, "GE": 22, "GI": 23, "GL": 18, "GR": 27, "GT": 28, "HR": 21, "HU": 28, "IE": 22, "IL": 23,
    "IQ": 23, "IS": 26,
    "IT": 27, "JO": 30, "KW": 30, "KZ": 20, "LB": 28, "LC": 32, "LI": 21, "LT": 20, "LU": 20, "LV": 21,
    "MC": 27, "MD": 24,
    "ME": 22, "MK": 19, "MR": 27, "MT": 31, "MU": 30, "NL": 18, "NO": 15, "PK": 24, "PL": 28, "PS": 29,
    "PT": 25, "QA": 29,
    "RO": 24, "RS": 22, "SA": 24, "SC": 31, "SE": 24, "SI": 19, "SK": 24, "SM": 27, "ST": 25, "SV": 28,
    "TL": 23, "TN": 24,
    "TR": 26, "UA": 29, "VA": 22, "VG": 24, "XK": 20,
}  # fmt: skip
"""Country to the length of its IBANs (SWIFT IBAN registry)."""
SSNS = frozenset(
    {"123456789", "078051120", "219099999", "111111111", "222222222", "333333333", "123121234", "555555555"}
)
_RESOLVERS = frozenset(
    map(ipaddress.ip_address, (
        "8.8.8.8", "8.8.4.4", "1.1.1.1", "1.0.0.1", "9.9.9.9", "149.112.112.112", "208.67.222.222",
        "208.67.220.220",
        "2001:4860:4860::8888", "2001:4860:4860::8844", "2606:4700:4700::1111", "4.2.2.1", "4.2.2.2",
    ))
)  # fmt: skip
_QUIET = tuple(
    map(ipaddress.ip_network, (
        "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "100.64.0.0/10", "192.0.2.0/24",
        "198.51.100.0/24", "203.0.113.0/24", "198.18.0.0/15", "2001:db8::/32", "fc00::/7", "fe80::/10",
    ))
)  # fmt: skip


def harmless_email(address: str) -> bool:
    """Whether an e-mail address, in small letters, is a documentation value or a shared mailbox."""
    local, _, domain = address.partition("@")
    return bool(_DOMAINS.search("@" + domain) or _LOCALS.match(local) or _SHARED.match(local))


def harmless_phone(digits: str) -> bool:
    """Whether a number is made for films, free of charge, or no number but a pattern."""
    national = digits[1:] if len(digits) == 11 and digits[0] == "1" else digits
    if len(national) == 10 and (national[:3] in _TOLL_FREE or "555" in (national[:3], national[3:6])):
        return True
    if len(national) == 7 and national.startswith("555"):
        return True
    return len(set(digits[-7:])) == 1 or national in (
        "1234567",
        "12345678",
        "123456789",
        "1234567890",
        "0123456789",
        "9876543210",
    )


def harmless_card(digits: str) -> bool:
    """Whether a card is one of the numbers that payment firms give for tests."""
    return digits in _CARDS or digits.endswith("0000000000")


def harmless_address(address: Address) -> bool:
    """Whether an address is of a private, shared or documentation range, or a public resolver."""
    return address in _RESOLVERS or any(
        address in network for network in _QUIET if network.version == address.version
    )


def no_address(address: Address, after: str) -> bool:
    """Whether it is no address of anybody: loopback, unspecified, multicast, a netmask or four small numbers."""
    if address.is_loopback or address.is_unspecified or address.is_multicast:
        return True
    if isinstance(address, ipaddress.IPv6Address):
        return False
    octets = address.packed
    if octets[0] in (0, 255) or octets[0] >= 240 or all(each < 10 for each in octets):
        return address not in _RESOLVERS
    return octets[3] == 0 and after.startswith("/")
