"""Sign-in by a code sent to an e-mail address; the first code that is right makes the account.

django-allauth's own flow tells an unknown address to sign up first, by a second letter and a
second code. Here both are one: whoever reads the letter has shown that the address is theirs.
Known and unknown addresses see the same pages, so nobody learns who has an account.
"""

import unicodedata

from allauth.account import app_settings
from allauth.account.internal.flows.login_by_code import LoginCodeVerificationProcess
from allauth.account.models import Login
from allauth.account.stages import LoginByCodeStage, LoginStageController
from allauth.core import ratelimit
from allauth.core.internal.cryptokit import compare_user_code
from django.core.mail import EmailMessage
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from accounts.mail import language_of, plain_letter
from accounts.models import User


class SignIn(LoginCodeVerificationProcess):  # type: ignore[misc]
    """One sign-in of one browser, kept in its session: the address, the code, the tries."""

    @classmethod
    def start(cls, request: HttpRequest, email: str) -> "SignIn":
        """Send a code to `email`, whether or not it has an account."""
        user = User.objects.filter(email__iexact=email).first()
        login = Login(user=user, email=email, state={"stages": {"current": LoginByCodeStage.key}})
        stage = LoginByCodeStage(LoginStageController(request, login), request, login)
        stage.state.update(cls.initial_state(user=user, email=email), initiated_by_user=True)
        process = cls(stage)
        process.send()
        process.persist()
        return process

    @classmethod
    def pending(cls, request: HttpRequest) -> "SignIn | None":
        """The sign-in this browser began; None if there is none or its code has expired."""
        stage = LoginStageController.enter(request, LoginByCodeStage.key)
        if stage is None:
            return None
        process = cls(stage)
        return process if process.abort_if_invalid() else None

    @property
    def email(self) -> str:
        """The address the code went to."""
        return str(self.state["email"])

    @property
    def tries_left(self) -> int:
        """How many wrong codes are still borne."""
        return int(self.max_attempts - self.state["failed_attempts"])

    def send_by_email(self, email: str, skip_enumeration_mails: bool = False) -> None:
        """Write the letter with a fresh code, in the language of the account."""
        language = self.user.language if self.user else language_of(self.request)
        code_letter(email, language, self.generate_code()).send()

    def is_right(self, code: str) -> bool:
        """Whether `code` is the one sent; case, spaces, dashes and full width do not matter."""
        typed = unicodedata.normalize("NFKC", code)
        return bool(compare_user_code(actual=typed, expected=self.code))

    def resend(self) -> None:
        """Send a new code, which has the whole time and all tries again."""
        self.record_resend()
        self.state.update(at=timezone.now().timestamp(), failed_attempts=0)
        self.stage.login.initiated_at = self.state["at"]
        self.send()
        self.persist()

    def finish(self, redirect_url: str | None) -> HttpResponse:
        """The code was right: sign in, making the account where there is none."""
        self._user = self.user or account_of(self.email)
        response: HttpResponse = super().finish(redirect_url)
        return response


def account_of(email: str) -> User:
    """The account of `email`, made if there is none. The caller has proof of the address."""
    known = User.objects.filter(email__iexact=email)
    try:
        with transaction.atomic():
            return known.first() or User.objects.create_user(email)
    except IntegrityError:  # made by another browser at the same moment
        return known.get()


def may_send(request: HttpRequest, email: str) -> bool:
    """Whether one more code may go to `email` now, and be asked for from this place."""
    return bool(ratelimit.consume(request, action="request_login_code", key=email.lower()))


def code_letter(address: str, language: str, code: str) -> EmailMessage:
    """The letter with a sign-in code; in English where we do not write `language`."""
    words = {"code": code, "minutes": app_settings.LOGIN_BY_CODE_TIMEOUT // 60}
    return plain_letter("login_code", address, language, words)
