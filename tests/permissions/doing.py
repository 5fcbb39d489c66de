"""Who does what, by page and state: product.md, section 3, written out by hand.

The form is a complete one (forms.py). Rows, columns and words are those of reading.py, and

done      the report is changed              refused  with a sentence that says why
"""

from tests.permissions.reading import (
    ADMIN,
    EVERYBODY,
    GET,
    IDENTIFIER,
    NO_PASSWORDS,
    NO_SUCH_PAPER,
    ONLY_THE_OPERATOR,
)

MOVED = """
                            others
    any                     moved
"""
WITHOUT_HTMX = MOVED
"""What tests/reports/test_form_search.py asks of it with htmx."""

POST = {
    "registry:check": EVERYBODY,
    "registry:api_check": EVERYBODY,
    "api_unknown": NO_SUCH_PAPER,
    "reports:new": """
                            signed in   others
    any                     moved       sign-in
""",
    "reports:find": WITHOUT_HTMX,
    "reports:find_for": WITHOUT_HTMX,
    "reports:edit": """
                            reporters   signed in   others
    draft                   done        moved       sign-in
    returned                done        moved       sign-in
    any                     moved       moved       sign-in
""",
    "reports:preview": """
                            reporters   signed in   others
    draft                   done        404         sign-in
    returned                done        404         sign-in
    any                     moved       404         sign-in
""",
    "reports:withdraw": """
                            reporters   signed in   others
    declined                refused     404         403
    withdrawn               refused     404         403
    removed                 refused     404         403
    any                     done        404         403
""",
    "reports:accept_answer": """
                            reporters   signed in   others
    answered                done        404         403
    disputed                done        404         403
    resolved                moved       404         403
    any                     refused     404         403
""",
    "reports:dispute": """
                            reporters   signed in   others
    answered                done        404         403
    any                     refused     404         403
""",
    "reports:add": """
                            reporters   signed in   others
    answered                done        404         403
    any                     refused     404         403
""",
    "answer": """
                            author      others
    draft                   404         404
    submitted               404         404
    returned                404         404
    declined                404         404
    published               404         404
    withdrawn, never asked  404         404
    removed                 refused     404
    any                     done        404
""",
    "agreement": GET["agreement"],
    "moderation:report": """
                            unbiased    moderators  signed in   others
    draft                   404         404         403         sign-in
    submitted               refused     refused     403         sign-in
    returned                refused     refused     403         sign-in
    declined                refused     refused     403         sign-in
    removed                 404         404         403         sign-in
    any                     done        refused     403         sign-in
""",
    "moderation:paper": """
                            moderators  signed in   others
    submitted, paper known  refused        403         sign-in
    asking, paper known     refused        403         sign-in
    unreachable, paper known  refused  403         sign-in
    withdrawn, paper known  refused     403         sign-in
    removed, paper known    refused     403         sign-in
    draft                   404         403         sign-in
    submitted               404         403         sign-in
    returned                404         403         sign-in
    declined                404         403         sign-in
    asking                  404         403         sign-in
    asking, once public     refused        403         sign-in
    unreachable             404         403         sign-in
    unreachable, once public  refused  403         sign-in
    withdrawn, never asked  404         403         sign-in
    withdrawn, never public  404  403         sign-in
    withdrawn, once public  refused     403         sign-in
    removed, never public   404         403         sign-in
    removed, once public    refused     403         sign-in
    any                     refused        403         sign-in
""",
    "moderation:appeal": """
                            superuser   moderators  signed in   others
    draft                   404         404         403         sign-in
    submitted               404         404         403         sign-in
    returned                404         404         403         sign-in
    declined                404         404         403         sign-in
    published               404         404         403         sign-in
    withdrawn, never asked  404         404         403         sign-in
    any                     done        refused     403         sign-in
""",
    "appeal": """
                            others
    any                     moved
""",
    "appeal_confirm": NO_SUCH_PAPER,
    "paper_author": """
                            others
    submitted, paper known  moved
    asking, paper known     moved
    unreachable, paper known  moved
    withdrawn, paper known  moved
    removed, paper known    moved
    draft                   404
    submitted               404
    returned                404
    declined                404
    asking                  404
    asking, once public     moved
    unreachable             404
    unreachable, once public  moved
    withdrawn, never asked  404
    withdrawn, never public  404
    withdrawn, once public  moved
    removed, never public   404
    removed, once public    moved
    any                     moved
""",
    "watch:list": MOVED,
    "watch:search": MOVED,
    "watch:paper": IDENTIFIER,
    "watch:mine": NO_SUCH_PAPER,
    "watch:end": EVERYBODY,
    "moderation_mail:incoming": """
                            unbiased    moderators  signed in   others
    draft                   404         404         403         sign-in
    submitted               404         404         403         sign-in
    returned                404         404         403         sign-in
    declined                404         404         403         sign-in
    published               404         404         403         sign-in
    withdrawn, never asked  404         404         403         sign-in
    any                     moved       refused     403         sign-in
""",
    "language": """
                            others
    any                     moved
""",
    "account_login": """
                            signed in   others
    any                     moved       sign-in
""",
    "account_confirm_login_code": GET["account_confirm_login_code"],
    "account_logout": """
                            others
    any                     moved
""",
    "account_me": """
                            signed in   others
    any                     moved       403
""",
    "account_data": """
                            reporters   signed in   others
    any                     full        page        sign-in
""",
    "account_erase": """
                            reporters   signed in   others
    any                     done        page        sign-in
""",
    "admin:index": ADMIN,
    "admin:login": """
                            moderators  signed in   others
    any                     page        403         sign-in
""",
    "admin:logout": """
                            others
    any                     moved
""",
    "admin:password_change": NO_PASSWORDS,
    "admin:password_change_done": NO_PASSWORDS,
    "admin:autocomplete": """
                            moderators  others
    any                     405         sign-in
""",
    "admin:jsi18n": """
                            moderators  others
    any                     405         sign-in
""",
    "admin:view_on_site": NO_PASSWORDS,
    "admin:accounts_user_changelist": ONLY_THE_OPERATOR,
    "admin:accounts_user_add": ONLY_THE_OPERATOR,
    "admin:accounts_user_history": ONLY_THE_OPERATOR,
    "admin:accounts_user_change": """
                            superuser   moderators  others
    any                     moved       403         sign-in
""",
    "admin:accounts_user_delete": GET["admin:accounts_user_delete"],
    "admin:admin/accounts/user/<path:object_id>/": """
                            moderators  others
    any                     moved       sign-in
""",
    "admin:app_list": GET["admin:app_list"],
    "admin:admin/(?P<url>.*)$": NO_PASSWORDS,
}
"""What a page answers to POST; every other page answers 405 to everybody."""
