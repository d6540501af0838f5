"""Flask-Security set up for officials: which of its parts are on, in which words, and by which of our checks.

It is set up at the first sign-in, when the application takes no more hooks. Those that it would add serve parts that
are off here (a remembered sign-in, its own permissions), so they are not missed: `_Late` leaves them out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from flask import Flask, render_template, request, url_for
from flask_security import Security, views
from flask_security.forms import Form, NextFormMixin, TwoFactorVerifyCodeForm
from flask_security.recovery_codes import MfRecoveryForm, mf_recovery, mf_recovery_codes
from flask_security.utils import validate_redirect_url
from wtforms import PasswordField, RadioField, StringField, SubmitField

from feedback.config import Config
from feedback.domain.text import clean
from feedback.sealing import totp_keys
from feedback.services import officers
from feedback.web.accounts import Account, Accounts
from feedback.web.forms import FormState
from feedback.web.second_factor import WINDOW, HashedCodes, OnceOnly

ISSUER = "Lắng Nghe"
FRESH = timedelta(minutes=15)  # how long after the password one may change the second factor

_REFUSED = "Thư điện tử hoặc mật khẩu chưa đúng, hoặc tài khoản đang tạm khóa. Xin thử lại sau ít phút."
_WRONG_PASSWORD = "Mật khẩu chưa đúng, hoặc tài khoản đang tạm khóa. Xin thử lại sau ít phút."  # noqa: S105 -- a sentence
_WRONG_CODE = (
    "Mã chưa đúng, đã dùng hoặc đã hết hạn. Xin nhập mã mới nhất; sau nhiều lần sai, tài khoản tạm khóa ít phút."
)
_MESSAGES: Mapping[str, tuple[str, str]] = {
    "TWO_FACTOR_INVALID_TOKEN": (_WRONG_CODE, "error"),
    "INVALID_RECOVERY_CODE": ("Mã dự phòng chưa đúng hoặc đã dùng.", "error"),
    "TWO_FACTOR_LOGIN_SUCCESSFUL": ("Đã đăng nhập.", "message"),
    "TWO_FACTOR_CHANGE_METHOD_SUCCESSFUL": ("Đã đổi thiết bị xác thực.", "message"),
    "TWO_FACTOR_PERMISSION_DENIED": ("Bước xác thực đã quá hạn. Xin đăng nhập lại.", "error"),
    "REAUTHENTICATION_REQUIRED": ("Xin nhập lại mật khẩu để tiếp tục.", "error"),
    "REAUTHENTICATION_SUCCESSFUL": ("Đã xác nhận mật khẩu.", "message"),
    "UNAUTHENTICATED": ("Xin đăng nhập để tiếp tục.", "error"),
}


class SignInForm(Form, NextFormMixin):
    """Address and password; the one place where a password opens anything is `services.officers.authenticate`."""

    email = StringField()
    password = PasswordField()
    submit = SubmitField()

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.user: Account | None = None
        self.requires_confirmation = False  # addresses are given by an administrator
        wanted = request.args.get("next", "")
        self.next.data = wanted if wanted and validate_redirect_url(wanted) else url_for("account.start")

    def validate(self, **named: Any) -> bool:
        """Whether somebody may go on with this password."""
        if not super().validate(**named):
            return False
        officer = officers.authenticate(
            email=clean(self.email.data or ""), password=self.password.data or "", at=datetime.now(UTC)
        )
        if officer is None:
            self.form_errors.append(_REFUSED)
            return False
        self.user = Account(officer)
        return True


class PasswordAgainForm(Form, NextFormMixin):
    """The password once more, before the second factor is changed."""

    password = PasswordField()
    submit = SubmitField()

    def __init__(self, *given: Any, user: Account, **named: Any) -> None:
        super().__init__(*given, **named)
        self.user = user
        if not self.next.data:
            self.next.data = request.args.get("next", "")

    def validate(self, **named: Any) -> bool:
        """Whether it is this account's password."""
        if not super().validate(**named):
            return False
        email, password = self.user.email, self.password.data or ""
        if officers.authenticate(email=email, password=password, at=datetime.now(UTC)) is None:
            self.password.errors = [_WRONG_PASSWORD]
            return False
        return True


class DeviceForm(Form):
    """The wish to set an authenticator up; there is no other method."""

    setup = StringField()
    submit = SubmitField()

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.user: Account | None = None

    def validate(self, **named: Any) -> bool:
        """Whether the button of our own page was pressed."""
        return bool(super().validate(**named)) and self.setup.data == "authenticator"


class RescueForm(Form):
    """What the library asks for beside the code; our page says in words what to do without the device."""

    help_setup = RadioField(choices=[])


class CodeForm(TwoFactorVerifyCodeForm):
    """A code of the authenticator; while the account is locked no code is looked at."""

    def validate(self, **named: Any) -> bool:
        """Whether the code is right and new."""
        if self.user is not None and self.user.is_locked():
            self.code.errors = [_WRONG_CODE]
            return False
        self.code.data = (self.code.data or "").strip()
        return bool(super().validate(**named))


class RecoveryForm(MfRecoveryForm):
    """A recovery code; a wrong one counts like a wrong password."""

    def validate(self, **named: Any) -> bool:
        """Whether the code is one of those not used yet."""
        if self.user is not None and self.user.is_locked():
            self.code.errors = [_WRONG_CODE]
            return False
        right = bool(super().validate(**named))
        if not right and self.user is not None:
            self.user.track_failed_authn("recovery", True)
        return right


class _Late:
    """The application as an extension sees it that comes when requests are being answered: it may add no hooks."""

    def __init__(self, app: Flask) -> None:
        object.__setattr__(self, "_app", app)

    def __getattr__(self, name: str) -> Any:
        if name in {"after_request", "before_request", "context_processor"}:
            return lambda hook: hook
        return getattr(self._app, name)

    def __setattr__(self, name: str, value: object) -> None:
        if name == "login_manager":
            self._app.login_manager = value
        else:
            object.__setattr__(self, name, value)  # JSON as theirs would be, for one: ours stays


def set_up(app: Flask) -> None:
    """Set Flask-Security up; once for a process."""
    config: Config = app.config["LANG_NGHE"]
    app.config.update({f"SECURITY_{name}": value for name, value in _settings(config).items()})
    app.config.update({f"SECURITY_MSG_{name}": message for name, message in _MESSAGES.items()})
    security = Security(
        cast(Flask, _Late(app)),
        Accounts(),
        register_blueprint=False,
        totp_cls=OnceOnly,
        mf_recovery_codes_util_cls=HashedCodes,
        render_template=_render,
        login_form=SignInForm,
        verify_form=PasswordAgainForm,
        two_factor_setup_form=DeviceForm,
        two_factor_rescue_form=RescueForm,
        two_factor_verify_code_form=CodeForm,
        mf_recovery_form=RecoveryForm,
    )
    security.want_json(_no_json)


def _no_json(_request: object) -> bool:
    return False  # the sign-in is for people; other systems have the API


def _settings(config: Config) -> dict[str, object]:
    return {
        "API_ENABLED_METHODS": ["session"],
        "CLI_USERS_NAME": None,
        "CLI_ROLES_NAME": None,
        "DEFAULT_REMEMBER_ME": False,
        "FRESHNESS": FRESH,
        "FRESHNESS_GRACE_PERIOD": timedelta(0),
        "PASSWORD_SALT": config.secret_key,  # asked for at start; passwords are hashed elsewhere
        "POST_LOGIN_VIEW": "/can-bo",
        "POST_LOGOUT_VIEW": "/",
        "POST_VERIFY_VIEW": "/tai-khoan/phien",
        "RETURN_GENERIC_RESPONSES": False,  # our form's only refusal is generic
        "TWO_FACTOR": True,
        "TWO_FACTOR_REQUIRED": True,
        "TWO_FACTOR_ENABLED_METHODS": ["authenticator"],
        "TWO_FACTOR_ALWAYS_VALIDATE": True,
        "TWO_FACTOR_AUTHENTICATOR_VALIDITY": WINDOW,
        "TWO_FACTOR_RESCUE_EMAIL": False,
        "TWO_FACTOR_POST_SETUP_VIEW": "/tai-khoan/phien",
        "TWO_FACTOR_ERROR_VIEW": "security.login",
        "MULTI_FACTOR_RECOVERY_CODES": True,
        "TOTP_SECRETS": totp_keys(config.identity_keys),
        "TOTP_ISSUER": ISSUER,
        "LOGIN_USER_TEMPLATE": "security/login.html",
        "VERIFY_TEMPLATE": "security/verify.html",
        "TWO_FACTOR_SETUP_TEMPLATE": "security/setup.html",
        "TWO_FACTOR_VERIFY_CODE_TEMPLATE": "security/code.html",
        "MULTI_FACTOR_RECOVERY_TEMPLATE": "security/recovery.html",
        "MULTI_FACTOR_RECOVERY_CODES_TEMPLATE": "security/recovery_codes.html",
    }


# Which of the forms that a view hands to its template is the one that was sent.
_SENT = (
    "login_user_form",
    "verify_form",
    "two_factor_setup_form",
    "mf_recovery_form",
    "mf_recovery_codes_form",
    "two_factor_verify_code_form",
)


def _render(template: str, **context: Any) -> str:
    sent = next(context[name] for name in _SENT if name in context)
    return render_template(template, form=_state(sent), **context)


def _state(form: Any) -> FormState:
    """A form of theirs as our templates show one; passwords and codes are not put back."""
    values = {"email": form.email.data or ""} if "email" in form else {}
    errors = {field.name: [str(error) for error in field.errors] for field in form if field.errors}
    notice = str(form.form_errors[0]) if form.form_errors else None
    return FormState(values, errors, notice)


# The views that `web.auth` asks, by the names of their endpoints.
VIEWS: Mapping[str, Callable[[], Any]] = {
    "login": views.login,
    "verify": views.verify,
    "two_factor_setup": views.two_factor_setup,
    "two_factor_token_validation": views.two_factor_token_validation,
    "mf_recovery": mf_recovery,
    "mf_recovery_codes": mf_recovery_codes,
}
