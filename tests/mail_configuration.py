"""The files of a private Postfix and Dovecot (2.3); tests/mailserver.py starts them.

One Postfix plays both sides: it is the site's own mail server, `mx.unreproduced.example`, and
the server of the authors. Each side, and the world outside, has a port of its own. Nobody asks
the DNS: every domain has its place in `transport`, and mail to any other is refused with 5.4.4.
"""

import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path

AUTHSERV_ID = "mx.unreproduced.example"
"""By this name our server signs what it found out about a sender (RFC 8601)."""
SITE, AUTHORS, PIPED, DEAF = (
    "unreproduced.example",
    "authors.example",
    "piped.unreproduced.example",
    "deaf.example",
)
"""The site; its authors; mail for a command; a host that takes no connection."""
REGISTRY = f"registry@{SITE}"
"""The one mailbox of the site, with all of reply+...@ and bounce+...@."""
AWAY, POLITE, PRESENT, COLLEAGUE, FULL, NOBODY = (
    f"{name}@{AUTHORS}" for name in ("away", "polite", "present", "colleague", "full", "nobody")
)
"""AWAY has a responder that answers letters of programs too, as Exchange does; POLITE has one
after RFC 3834, which leaves them alone. FULL has no room left. NOBODY does not exist."""
MAILBOXES = (REGISTRY, AWAY, POLITE, PRESENT, COLLEAGUE, FULL)

DAEMONS = Path("/usr/lib/postfix/sbin")
_QUEUES = (
    *("active", "bounce", "corrupt", "defer", "deferred", "flush", "hold", "incoming"),
    *("maildrop", "private", "public", "saved", "trace"),
)
_VACATION = """\
require "vacation";
vacation :days 1 :subject "Automatic reply: I am away" "I am away until 31 December.";
"""


@dataclass(frozen=True)
class Ports:
    """Where who listens, all on 127.0.0.1."""

    site: int
    """Postfix: the site hands its letters in; STARTTLS and a login if it likes."""
    authors: int
    """Postfix: authors hand their mail in, with a login."""
    robots: int
    """Postfix: the authors' vacation responders."""
    world: int
    """Postfix: anybody, as on port 25."""
    lmtp: int
    imap: int
    imaps: int
    pipe: int
    """The test: what gets the mail for PIPED."""
    deaf: int
    """Nobody; connections are refused."""


def write(folder: Path, ports: Ports, password: str, secret: str) -> None:
    """Write all files below `folder`, and a certificate; `secret` is known to nobody else.

    Postfix's users pass through `folder`; what they may write to is theirs.
    """
    for name in ("postfix", "dovecot", "homes", "queue", "data", "run", "state"):
        (folder / name).mkdir()
        (folder / name).chmod(0o755)
    _certificate(folder)
    for name, text in _postfix(folder, ports, secret).items():
        (folder / "postfix" / name).write_text(text)
        # A file of this second may still be written to: each program of Postfix would wait.
        os.utime(folder / "postfix" / name, (0, 0))
    (folder / "postfix" / "pipe").chmod(0o755)
    (folder / "dovecot" / "dovecot.conf").write_text(_dovecot(folder, ports))
    _users(folder, password)
    os.chown(folder / "data", *_ids("postfix"))
    # As `postfix check` makes them, which takes half a second.
    for name in _QUEUES:
        (folder / "queue" / name).mkdir(mode=0o700)
        os.chown(folder / "queue" / name, *_ids("postfix"))
    (folder / "queue" / "pid").mkdir()


def home(folder: Path, address: str) -> Path:
    """What Dovecot keeps of a mailbox."""
    return folder / "homes" / address


def _ids(user: str) -> tuple[int, int]:
    found = pwd.getpwnam(user)
    return found.pw_uid, found.pw_gid


def _certificate(folder: Path) -> None:
    """Self-signed, for 127.0.0.1 and localhost; whoever trusts it sets SSL_CERT_FILE."""
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"),
            *("-nodes", "-days", "2", "-subj", "/CN=localhost"),
            *("-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"),
            *("-keyout", folder / "key.pem", "-out", folder / "certificate.pem"),
        ],
        check=True,
        capture_output=True,
    )


def _users(folder: Path, password: str) -> None:
    uid, gid = _ids("nobody")
    lines = []
    # Two ways to one mailbox: Dovecot knows reply@ by another name, Postfix makes bounce+...@ it.
    for user, owner in [*((box, box) for box in MAILBOXES), (f"reply@{SITE}", REGISTRY)]:
        where = home(folder, owner)
        where.mkdir(exist_ok=True)
        os.chown(where, uid, gid)
        limit = "userdb_quota_rule=*:bytes=1" if user == FULL else ""
        lines.append(f"{user}:{{PLAIN}}{password}:{uid}:{gid}::{where}::{limit}\n")
    for user in (AWAY, POLITE):
        (home(folder, user) / "vacation.sieve").write_text(_VACATION)
    (folder / "dovecot" / "users").write_text("".join(lines))


def _postfix(folder: Path, ports: Ports, secret: str) -> dict[str, str]:
    conf = folder / "postfix"
    verdict = f"X-{secret}"
    main = f"""\
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
command_directory = /usr/sbin
daemon_directory = {DAEMONS}
maillog_file = {folder}/postfix.log
maillog_file_prefixes = {folder}
mail_owner = postfix
setgid_group = postdrop
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = {AUTHSERV_ID}
mydomain = {SITE}
myorigin = {AUTHSERV_ID}
mynetworks = 127.0.0.0/8
mydestination =
alias_maps =
local_recipient_maps =
recipient_delimiter = +

# Every recipient is taken at first: what does not exist is found out later, and a DSN is written.
relay_domains = {SITE} {AUTHORS} {PIPED} {DEAF}
relay_recipient_maps =
virtual_alias_maps = regexp:{conf}/aliases
propagate_unmatched_extensions =
transport_maps = texthash:{conf}/transport
default_transport = error:5.4.4 nothing leaves this machine
local_transport = error:5.1.1 no such user
disable_dns_lookups = yes
smtp_dns_support_level = disabled
smtp_host_lookup = native
smtpd_peername_lookup = no
smtp_connect_timeout = 1s
piped_destination_recipient_limit = 1

# What takes hours takes seconds here: a letter of the site that waits draws a notice at once.
queue_run_delay = 1s
minimal_backoff_time = 1s
maximal_backoff_time = 1s
transport_retry_time = 1s
delay_warning_time = 1s

smtpd_tls_cert_file = {folder}/certificate.pem
smtpd_tls_key_file = {folder}/key.pem
smtpd_sasl_type = dovecot
smtpd_sasl_path = {folder}/run/postfix
smtpd_sasl_auth_enable = yes
smtpd_sender_login_maps = regexp:{conf}/logins

# What we say of a sender is written by smtpd on top of all, under a name that nobody knows;
# cleanup drops what others wrote in our name, and gives ours its right one.
header_checks = regexp:{conf}/results
nested_header_checks =
the_authors = permit_sasl_authenticated, reject
from_authors = check_client_access regexp:{conf}/pass
from_the_world = check_sender_access regexp:{conf}/fail
"""
    smtpd = "inet n - n - - smtpd"
    master = f"""\
127.0.0.1:{ports.site} {smtpd}
  -o smtpd_tls_security_level=may
127.0.0.1:{ports.authors} {smtpd}
  -o smtpd_tls_security_level=may
  -o smtpd_relay_restrictions=$the_authors
  -o smtpd_sender_restrictions=reject_sender_login_mismatch
  -o smtpd_data_restrictions=$from_authors
  -o cleanup_service_name=authors
127.0.0.1:{ports.robots} {smtpd}
  -o smtpd_data_restrictions=$from_authors
127.0.0.1:{ports.world} {smtpd}
  -o mynetworks=192.0.2.0/24
  -o smtpd_sasl_auth_enable=no
  -o smtpd_data_restrictions=$from_the_world
  -o cleanup_service_name=world
cleanup unix n - n - 0 cleanup
authors unix n - n - 0 cleanup
  -o delay_warning_time=0
  -o header_checks=regexp:{conf}/own,regexp:{conf}/results
world unix n - n - 0 cleanup
  -o delay_warning_time=0
pickup unix n - n 60 1 pickup
qmgr unix n - n 1 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
showq unix n - n - - showq
error unix - - n - - error
retry unix - - n - - error
smtp unix - - n - - smtp
lmtp unix - - n - - lmtp flags=O
robot unix - - n - - lmtp
  -o lmtp_header_checks=regexp:{conf}/robot flags=O
proxymap unix - - n - - proxymap
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
piped unix - n n - - pipe flags=DOR user=nobody null_sender=
  argv={conf}/pipe ${{sender}} ${{original_recipient}}
"""
    return {
        "main.cf": main,
        "master.cf": master,
        "aliases": f"/^bounce\\+.*@{SITE}$/ {REGISTRY}\n",
        "transport": f"""\
{SITE} lmtp:inet:127.0.0.1:{ports.lmtp}
{AWAY} robot:inet:127.0.0.1:{ports.lmtp}
{AUTHORS} lmtp:inet:127.0.0.1:{ports.lmtp}
{PIPED} piped:
{DEAF} smtp:[127.0.0.1]:{ports.deaf}
""",
        # Without these the responder does not see that a program wrote.
        "robot": "/^(Auto-Submitted|X-Auto-Response-Suppress|Precedence|List-[a-z-]+):/ IGNORE\n",
        "logins": "/^(.+)$/ $1\n",
        "pass": f"/^/ PREPEND {verdict}: dmarc=pass header.from={AUTHORS}\n",
        "fail": f"/@(.+)$/ PREPEND {verdict}: dmarc=fail header.from=$1\n",
        "results": f"""\
/^Authentication-Results[[:space:]]*:.*{AUTHSERV_ID}/ IGNORE
/^{verdict}: (.*)/ REPLACE Authentication-Results: {AUTHSERV_ID}; $1
""",
        "own": f"""\
if /^From:/
!/@{AUTHORS}>?[[:space:]]*$/ REJECT 5.7.1 From must name an address of yours
endif
""",
        # Postfix lets a command run as root no more than as itself, and another user may not be
        # able to read the project: the test runs the command, and this hands the mail over.
        "pipe": f"""\
#!/usr/bin/perl
use strict;
use IO::Socket::INET;
my $test = IO::Socket::INET->new("127.0.0.1:{ports.pipe}") or exit 75;
print $test "$ARGV[0]\n$ARGV[1]\n";
print $test $_ while <STDIN>;
shutdown($test, 1);
my $code = <$test>;
print while <$test>;
exit($code =~ /^\\d+$/ ? $code : 75);
""",
    }


def _dovecot(folder: Path, ports: Ports) -> str:
    return f"""\
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/dovecot.log
info_log_path = {folder}/dovecot-info.log
hostname = mx.{AUTHORS}
protocols = imap lmtp
listen = 127.0.0.1
ssl = yes
ssl_cert = <{folder}/certificate.pem
ssl_key = <{folder}/key.pem
disable_plaintext_auth = no
auth_username_format = %Lu
recipient_delimiter = +
mail_location = maildir:~/mail
first_valid_uid = 1
mail_plugins = quota
postmaster_address = postmaster@{AUTHORS}
submission_host = 127.0.0.1:{ports.robots}
passdb {{
  driver = passwd-file
  args = {folder}/dovecot/users
}}
userdb {{
  driver = passwd-file
  args = {folder}/dovecot/users
}}
plugin {{
  quota = count:User quota
  quota_vsizes = yes
  sieve = ~/vacation.sieve
}}
protocol lmtp {{
  mail_plugins = quota sieve
}}
service imap-login {{
  inet_listener imap {{
    port = {ports.imap}
  }}
  inet_listener imaps {{
    port = {ports.imaps}
  }}
}}
service lmtp {{
  inet_listener lmtp {{
    port = {ports.lmtp}
  }}
}}
service auth {{
  unix_listener postfix {{
    mode = 0666
  }}
}}
"""
