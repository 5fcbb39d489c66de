"""Who reads what, by page and state: product.md, section 3, written out by hand.

A row is a life of tests/reports/states.py: by its whole name, else by its state, else `any`. A
column is a role of world.py, or a group of them (table.py); `others` are the rest. The words:

full      the report with its claims         line     that it was withdrawn or removed
page      a page with nothing of the report  moved    to another page of this site
sign-in   to the sign-in                     403, 404, 405
"""

EVERYBODY = """
                            others
    any                     page
"""
NO_PAGE = """
                            others
    any                     405
"""
NO_SUCH_PAPER = """
                            others
    any                     404
"""
ONLY_SIGNED_IN = """
                            signed in   others
    any                     page        sign-in
"""
ONLY_MODERATORS = """
                            moderators  signed in   others
    any                     page        403         sign-in
"""
IDENTIFIER = """
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
    removed, never public   404
    any                     moved
"""
PUBLIC_PAPER = IDENTIFIER.replace("  moved", "  page")
REPORTS_API = """
                            others
    published               full
    unasked                 full
    answered                full
    lapsed                  full
    disputed                full
    resolved                full
    confirmed               full
    withdrawn, once public  line
    removed, once public    line
    any                     404
"""
LISTED_IN_FULL = """
                            others
    any                     full
"""
"""The API tells everybody what anybody sees, whoever asks: reporters and moderators no more."""
FILE = """
                            reporters   moderators  author      others
    draft                   full        404         404         404
    submitted               full        full        404         404
    returned                full        full        404         404
    declined                full        full        404         404
    asking                  full        full        full        404
    unreachable             full        full        full        404
    withdrawn               full        full        404         404
    removed                 404         404         404         404
    any                     full        full        full        full
"""
WHAT_REPORTERS_DO = """
                            reporters   signed in   others
    any                     page        404         sign-in
"""
ADMIN = """
                            moderators  others
    any                     page        sign-in
"""
ONLY_THE_OPERATOR = """
                            superuser   moderators  others
    any                     page        403         sign-in
"""
NO_PASSWORDS = """
                            moderators  others
    any                     404         sign-in
"""

GET = {
    # --- the public record ---------------------------------------------------------------
    "registry:list": EVERYBODY,
    "registry:papers": EVERYBODY,
    "registry:doi": IDENTIFIER,
    "registry:arxiv": NO_SUCH_PAPER,
    "registry:openreview": NO_SUCH_PAPER,
    "registry:acl": NO_SUCH_PAPER,
    "registry:pmid": NO_SUCH_PAPER,
    "registry:isbn": NO_SUCH_PAPER,
    "registry:s2": NO_SUCH_PAPER,
    "registry:openalex": NO_SUCH_PAPER,
    "registry:listed_feed": EVERYBODY,
    "registry:papers_feed": EVERYBODY,
    "registry:badge": EVERYBODY,
    "registry:embed": PUBLIC_PAPER,
    "registry:oembed": NO_SUCH_PAPER,
    "registry:sitemap": EVERYBODY,
    "registry:sitemap_pages": EVERYBODY,
    "registry:sitemap_papers": EVERYBODY,
    "registry:robots": EVERYBODY,
    "paper_cite": PUBLIC_PAPER,
    "answers_feed": EVERYBODY,
    "paper_feed": PUBLIC_PAPER,
    "registry:check": EVERYBODY,
    "registry:check_result": EVERYBODY,
    "registry:check_console": EVERYBODY,
    # --- the same for programs -----------------------------------------------------------
    "registry:api_papers": EVERYBODY,
    "registry:api_paper": PUBLIC_PAPER,
    "registry:api_paper_named": PUBLIC_PAPER,
    "registry:api_listings": EVERYBODY,
    "registry:api_check": NO_PAGE,
    "registry:api_prefixes": EVERYBODY,
    "reports_api:reports": LISTED_IN_FULL,
    "reports_api:report": REPORTS_API,
    "reports_api:answers": EVERYBODY,
    "reports_api:statistics": EVERYBODY,
    "api_index": EVERYBODY,
    "api_schema": EVERYBODY,
    "api_docs": EVERYBODY,
    "api_unknown": NO_SUCH_PAPER,
    # --- addresses of papers ------------------------------------------------------------
    "paper_by_id": IDENTIFIER,
    "paper": """
                            others
    submitted, paper known  page
    asking, paper known     page
    unreachable, paper known  page
    withdrawn, paper known  page
    removed, paper known    page
    draft                   404
    submitted               404
    returned                404
    declined                404
    asking                  404
    asking, once public     page
    unreachable             404
    unreachable, once public  page
    withdrawn, never asked  404
    withdrawn, never public  404
    withdrawn, once public  line
    removed, never public   404
    removed, once public    line
    any                     full
""",
    # --- the report ----------------------------------------------------------------------
    "reports:report": """
                            reporters   moderators  others
    draft                   moved       404         404
    submitted               full        full        404
    returned                full        full        404
    declined                full        full        404
    published               full        full        full
    asking                  full        full        404
    unreachable             full        full        404
    unasked                 full        full        full
    answered                full        full        full
    lapsed                  full        full        full
    disputed                full        full        full
    resolved                full        full        full
    confirmed               full        full        full
    withdrawn, never asked  full        full        404
    withdrawn, never public  full       full        404
    withdrawn, paper known  full        full        404
    withdrawn, once public  full        full        line
    removed, never public   line        line        404
    removed, paper known    line        line        404
    removed, once public    line        line        line
""",
    "reports:cite": """
                            others
    published               page
    unasked                 page
    answered                page
    lapsed                  page
    disputed                page
    resolved                page
    confirmed               page
    any                     404
""",
    "reports:mine": ONLY_SIGNED_IN,
    "reports:new": EVERYBODY,
    "reports:find": NO_PAGE,
    "reports:find_for": NO_PAGE,
    "reports:edit": """
                            reporters   signed in   others
    draft                   full        404         sign-in
    returned                full        404         sign-in
    any                     moved       404         sign-in
""",
    "reports:preview": """
                            reporters   signed in   others
    draft                   full        404         sign-in
    returned                full        404         sign-in
    any                     moved       404         sign-in
""",
    "reports:file": FILE,
    "reports:file_page": FILE,
    "reports:withdraw": WHAT_REPORTERS_DO,
    "reports:accept_answer": WHAT_REPORTERS_DO,
    "reports:dispute": WHAT_REPORTERS_DO,
    "reports:add": """
                            reporters   signed in   others
    answered                full        404         sign-in
    answered, once lapsed   full        404         sign-in
    any                     page        404         sign-in
""",
    # --- the authors ---------------------------------------------------------------------
    "answer": """
                            author      others
    asking                  full        404
    unreachable             full        404
    unasked                 full        404
    answered                full        404
    lapsed                  full        404
    disputed                full        404
    resolved                full        404
    confirmed               full        404
    withdrawn, never public  line       404
    withdrawn, paper known  line        404
    withdrawn, once public  line        404
    removed                 line        404
    any                     404         404
""",
    "answer_link": """
                            author      author elsewhere    others
    draft                   404         moved               404
    submitted               404         moved               404
    returned                404         moved               404
    declined                404         moved               404
    published               404         moved               404
    withdrawn, never asked  404         moved               404
    any                     moved       moved               404
""",
    "agreement": """
                            author      others
    confirmed               page        404
    any                     404         404
""",
    # --- the moderators ------------------------------------------------------------------
    "moderation:queue": ONLY_MODERATORS,
    "moderation:log": ONLY_MODERATORS,
    "moderation:paper": """
                            moderators  signed in   others
    submitted, paper known  page        403         sign-in
    asking, paper known     page        403         sign-in
    unreachable, paper known  page  403         sign-in
    withdrawn, paper known  line        403         sign-in
    removed, paper known    line        403         sign-in
    draft                   404         403         sign-in
    submitted               404         403         sign-in
    returned                404         403         sign-in
    declined                404         403         sign-in
    asking                  404         403         sign-in
    asking, once public     page        403         sign-in
    unreachable             404         403         sign-in
    unreachable, once public  page  403         sign-in
    withdrawn, never asked  404         403         sign-in
    withdrawn, never public  404  403         sign-in
    withdrawn, once public  line        403         sign-in
    removed, never public   404         403         sign-in
    removed, once public    line        403         sign-in
    any                     page        403         sign-in
""",
    "moderation:appeal": """
                            unbiased    moderators  signed in   others
    draft                   404         404         403         sign-in
    submitted               404         404         403         sign-in
    returned                404         404         403         sign-in
    declined                404         404         403         sign-in
    published               404         404         403         sign-in
    withdrawn, never asked  404         404         403         sign-in
    withdrawn               line        page        403         sign-in
    removed                 line        page        403         sign-in
    any                     page        page        403         sign-in
""",
    "appeal": EVERYBODY,
    "appeal_sent": EVERYBODY,
    "language": NO_PAGE,
    "paper_author": """
                            others
    submitted, paper known  page
    asking, paper known     page
    unreachable, paper known  page
    withdrawn, paper known  page
    removed, paper known    page
    draft                   404
    submitted               404
    returned                404
    declined                404
    asking                  404
    asking, once public     page
    unreachable             404
    unreachable, once public  page
    withdrawn, never asked  404
    withdrawn, never public  404
    withdrawn, once public  page
    removed, never public   404
    removed, once public    page
    any                     page
""",
    "appeal_confirm": NO_SUCH_PAPER,
    # --- watching by mail ----------------------------------------------------------------
    "watch:list": EVERYBODY,
    "watch:search": """
                            others
    any                     moved
""",
    "watch:paper": PUBLIC_PAPER,
    "watch:sent": EVERYBODY,
    "watch:mine": NO_SUCH_PAPER,
    "watch:end": NO_SUCH_PAPER,
    "moderation_mail:letters": ONLY_MODERATORS,
    "moderation_mail:letter": ONLY_MODERATORS,
    "moderation_mail:letter_html": ONLY_MODERATORS,
    "moderation_mail:letter_mail": ONLY_MODERATORS,
    "moderation:report": """
                            moderators  signed in   others
    draft                   404         403         sign-in
    removed                 404         403         sign-in
    any                     full        403         sign-in
""",
    "moderation_mail:held": """
                            moderators  signed in   others
    any                     page        403         sign-in
""",
    "moderation_mail:incoming": """
                            moderators  signed in   others
    draft                   404         403         sign-in
    submitted               404         403         sign-in
    returned                404         403         sign-in
    declined                404         403         sign-in
    published               404         403         sign-in
    withdrawn, never asked  404         403         sign-in
    any                     page        403         sign-in
""",
    # --- the account ---------------------------------------------------------------------
    "account_login": """
                            signed in   others
    any                     moved       page
""",
    "account_confirm_login_code": """
                            signed in   others
    any                     moved       sign-in
""",
    "account_logout": """
                            signed in   others
    any                     page        moved
""",
    "account_me": ONLY_SIGNED_IN,
    "account_data": """
                            others
    any                     405
""",
    "account_erase": ONLY_SIGNED_IN,
    # --- the site ------------------------------------------------------------------------
    "corrections": EVERYBODY,
    "data": EVERYBODY,
    "data_latest": NO_SUCH_PAPER,  # nothing is dumped: test_dumps.py does it
    "data_latest_file": NO_SUCH_PAPER,
    "data_dump": NO_SUCH_PAPER,
    "data_file": NO_SUCH_PAPER,
    "statistics": EVERYBODY,
    "statistics_table": EVERYBODY,
    "policy": EVERYBODY,
    "about": EVERYBODY,
    "privacy": EVERYBODY,
    "accessibility": EVERYBODY,
    "guide_authors": EVERYBODY,
    "guide_reporters": EVERYBODY,
    "healthz": EVERYBODY,
    "readyz": EVERYBODY,
    # --- the operator --------------------------------------------------------------------
    "admin:index": ADMIN,
    "admin:login": """
                            moderators  signed in   others
    any                     moved       403         sign-in
""",
    "admin:logout": """
                            moderators  others
    any                     405         moved
""",
    "admin:password_change": NO_PASSWORDS,
    "admin:password_change_done": NO_PASSWORDS,
    "admin:autocomplete": """
                            moderators  others
    any                     403         sign-in
""",
    "admin:jsi18n": ADMIN,
    "admin:view_on_site": NO_PASSWORDS,
    "admin:accounts_user_changelist": ONLY_THE_OPERATOR,
    "admin:accounts_user_add": ONLY_THE_OPERATOR,
    "admin:accounts_user_history": ONLY_THE_OPERATOR,
    "admin:accounts_user_change": ONLY_THE_OPERATOR,
    "admin:accounts_user_delete": """
                            moderators  others
    any                     403         sign-in
""",
    "admin:admin/accounts/user/<path:object_id>/": """
                            moderators  others
    any                     moved       sign-in
""",
    "admin:app_list": """
                            superuser   moderators  others
    any                     page        404         sign-in
""",
    "admin:admin/(?P<url>.*)$": NO_PASSWORDS,
}
"""What a page answers to GET."""
