"""The catalogue pages of the PII rules."""

from __future__ import annotations

from ftui.rules.rule import Rule

RULES = (
    Rule(
        code="PII001",
        name="personal-data",
        severity="warning",
        scope="row",
        summary=(
            "E-mail address, phone number, payment card, IBAN, US social security number or IP address in "
            "a text."
        ),
        why=(
            "Models remember rare strings and hand them to strangers: a leaked number cannot be called back "
            "from the weights. Privacy law asks that personal data has a purpose, and can be erased."
        ),
        example=(
            '"Write to maria.keller@gmx.net or call +49 151 23456789" → "Write to [EMAIL_4f1c2a] or call '
            '[PHONE_90be17]"'
        ),
        remedy=(
            "`ftui fix --select PII001 --unsafe` or f in the app puts a typed placeholder ([EMAIL_…], "
            "[PHONE_…], [CARD_…], [IBAN_…], [SSN_…], [IP_…]) for it; the same value has the same "
            "placeholder in the whole project, so that who writes to whom stays readable. Remove the row "
            "if the data should not be here."
        ),
        certainty=(
            "One finding a value; its text is never shown in full. Reported as a warning: e-mail "
            "addresses; phone numbers, written internationally (+ or 00 with 8 to 15 digits), as (212) "
            "736-1234, 212-736-1234, 212.736.1234, 1-212-736-1234, or in any form of 7 to 15 digits after "
            "a word such as phone, tel, call, mobile, cell, fax, WhatsApp; cards of 13 to 19 digits with "
            "a network's prefix and a right Luhn checksum, in groups, or in one run with card, visa, "
            "mastercard, amex, credit, debit, cvv or payment within 60 characters; IBANs with the length "
            "of their country and a right checksum; social security numbers (ddd-dd-dddd with a valid "
            "area, group and serial; nine bare digits only after SSN or social security); public IPv4 and "
            "IPv6 addresses. A remark (info) only, because nobody is behind it: documentation values: "
            "e-mail at example.*, test.*, domain.com, company.com, email.com, yourdomain, *.example, "
            "*.test, *.invalid, *.local, local parts such as user, username, you, your.name, name, "
            "someone, john.doe, jane.doe, test, foo; shared mailboxes (info@, support@, sales@, help@, "
            "contact@, noreply@, press@, hello@, admin@ and the like); phone numbers with 555 as area or "
            "exchange, toll-free numbers (800, 833, 844, 855, 866, 877, 888), digits all equal or "
            "counting up (123-456-7890); the test cards of payment firms (4242 4242 4242 4242, 4111 …); "
            "the IBANs of the standards' examples; 123-45-6789, 078-05-1120, 219-09-9999; private, "
            "link-local, shared and documentation address ranges (10/8, 172.16/12, 192.168/16, "
            "169.254/16, 100.64/10, 192.0.2/24, 198.51.100/24, 203.0.113/24, 2001:db8::/32, fc00::/7, "
            "fe80::/10) and public resolvers (8.8.8.8, 1.1.1.1, 9.9.9.9 …). Not reported at all: "
            "loopback, 0.0.0.0, multicast and netmasks, version numbers and four numbers all below 10 "
            "(1.2.3.4), numbers after version, v, release, build, section, chapter; dates, times, "
            "amounts, mathematics, ISBNs, order, tracking and account numbers without a checksum of these "
            "kinds, hashes and identifiers that hold such digits, UUIDs, MAC addresses, handles (@name, "
            "@name@server), git@host:path, names of files (icon@2x.png), package@1.2.3, addresses written "
            "as “name at host dot com”, names of persons and streets. Public contact data and fiction "
            "cannot be told from private data: accept those."
        ),
        fix="unsafe",
    ),
    Rule(
        code="PII002",
        name="secret",
        severity="error",
        scope="row",
        summary=(
            "A private key, access token, API key, or password inside a URL, with the shape of a real one."
        ),
        why=(
            "Whoever uses the model can get it out again, and keys in data sets are found and used within "
            "hours. It also teaches the model to write keys into code."
        ),
        example='api_key = "sk-proj-Zk3…(48 characters)" → api_key = "[SECRET_81d0c3]"',
        remedy=(
            "Revoke the key first: it has leaked. Then `ftui fix --select PII002 --unsafe` or f in the app "
            "puts a typed placeholder for it ([SECRET_…], [PRIVATE_KEY_…]), the same for the same value in "
            "the whole project."
        ),
        certainty=(
            "One finding a value; its text is never shown in full. Known shapes: PEM and OpenSSH and PGP "
            "private key blocks with a body; AWS key ids (AKIA, ASIA + 16) and secret keys next to their "
            "name; Google API keys (AIza + 35), OAuth secrets (GOCSPX-) and service accounts' private "
            "keys; Azure AccountKey= (86 characters and ==) and storage signatures (sig=); GitHub (ghp_, "
            "gho_, ghu_, ghs_, ghr_, github_pat_), GitLab (glpat-), Slack (xoxb-, xoxp-, xoxa-, xapp-, "
            "hooks.slack.com/services/T…/B…/…), Stripe (sk_live_, rk_live_, whsec_; sk_test_ is a "
            "remark), OpenAI (sk-, sk-proj-), Anthropic (sk-ant-), Hugging Face (hf_), npm (npm_), PyPI "
            "(pypi-AgE…), SendGrid (SG.), Twilio (SK + 32 hex), Telegram bot tokens, "
            "DigitalOcean (dop_v1_), Databricks (dapi + 32 hex), Shopify (shpat_), Mailgun (key- + 32 "
            "hex), JSON web tokens (three base64url parts with a readable header); a password in a URL "
            "(postgres://anna:…@db.host.com/…); and, as a warning, a value of 20 or more characters with "
            "letters and digits mixed at random (Shannon entropy of 3.5 bits a character or more, at "
            "least 3 digits) right after a name that ends in api_key, apikey, secret, secret_key, token, "
            "access_token, auth_token, password, passwd or client_secret and = or :. A remark (info) "
            "only: the keys that documentation prints (AKIAIOSFODNN7EXAMPLE, the jwt.io token, any that "
            "says EXAMPLE). Not reported: placeholders (YOUR_API_KEY, <token>, xxxx, sk-..., ****, "
            "${VAR}, {{token}}, process.env.X, os.environ, a repeated character, abc123…, 1234567890…, "
            "words such as your, my, fake, dummy, sample, placeholder, changeme, test, redacted in the "
            "value), public keys and certificates, a key block without a body, hashes and checksums (MD5, "
            "SHA), commit ids, UUIDs, integrity values, passwords in prose, user:password@localhost and "
            "URLs whose password is password, pass, pwd, secret, user or a placeholder."
        ),
        fix="unsafe",
    ),
)
