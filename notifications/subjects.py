"""Subjects that software sets at the beginning of automatic mail, in many languages. Pure.

They make a mail be held, never more: a person may write such a subject, too. A subject that begins
as an answer of a person's mail program does (`Re:`, `AW:`, `回复:`) is none of them.
"""

import re
import unicodedata

from notifications.patterns import one_of

_AWAY = r"""
    (?:\w+!? )?auto(?:matic)?[ -]?(?:reply|response|responder|respond|answer)|auto-?replied|auto
    out[ -]of[ -](?:the[ -])?office(?:[ -](?:auto[ -]?)?(?:reply|response|message|notification))?
    ooo|oof
    vacation(?: (?:reply|message|response|notice))?|away from (?:my )?(?:mail|office|e-?mail|desk)
    i am (?:currently )?(?:out of (?:the )?office|away|on (?:vacation|leave|holiday))
    on (?:vacation|leave)
    automatische (?:antwort|abwesenheitsmeldung)|autoantwort|abwesend|abwesenheit(?:s\w+)?
    abwesenheits(?:notiz|nachricht|benachrichtigung|assistent|meldung|info) \w+
    nicht im (?:büro|haus)|außer haus|bin im urlaub|ich bin im urlaub|urlaub
    r[ée]ponse automatique|absence(?: du bureau)?|absente?(?: du bureau)?|message d'absence
    avis d'absence|je suis absente?|en cong[ée]s?|hors du bureau
    respuesta autom[áa]tica|contestaci[óo]n autom[áa]tica|fuera de (?:la )?oficina|autorespuesta
    ausente|de vacaciones|aviso de ausencia
    risposta automatica|fuori (?:sede|ufficio)|risponditore automatico|assente|assenza
    resposta autom[áa]tica|fora do escrit[óo]rio|fora da empresa|aus[êe]ncia
    automatisch(?:e)? (?:be)?antwoord(?:ing)?|afwezig(?:heid)?(?:sbericht|sassistent)?|niet aanwezig
    automatiskt svar|automatisk svar|autosvar|fr[åa]nvaro\w*|ikke til stede|ikke på kontoret
    frav[æa]r\w*
    automaattinen vastaus|poissaolo\w*|automaattivastaus|sjálfvirkt svar
    odpowied[źz] automatyczna|automatyczna odpowied[źz]|autoodpowied[źz]|autoresponder|poza biurem
    nieobecno[śs][ćc]|nieobecny|automatick[áa] odpov[ěe][ďd]|automatick[áa] odpove[ďd]
    mimo kancel[áa][řr]
    automatikus v[áa]lasz|h[áa]zon k[íi]v[üu]l|r[ăa]spuns automat|automatski odgovor
    samodejni odgovor
    аутоматски одговор|automatinis atsakymas|autom[āa]tisk[āa] atbilde|automaatvastus
    автоматический ответ|автоответ(?:чик)?|автоматична відповідь|автоматичен отговор|нет на месте
    в отпуске|αυτ[όο]ματη απ[άα]ντηση|εκτ[όο]ς γραφε[ίι]ου|otomatik (?:yan[ıi]t|cevap)
    (?:i[şs] yeri|ofis) d[ıi][şs][ıi]nda|resposta autom[àa]tica|erantzun automatikoa
    tr[ảa] l[ờo]i t[ựu] [đd][ộo]ng|thư trả lời tự động|balasan (?:otomatis|automatik)
    jawaban otomatis
    (?:การ)?ตอบกลับอัตโนมัติ|(?:ال)?رد (?:ال)?تلقائي|رد آلي|خارج المكتب
    (?:מענה|תגובה|תשובה) אוטומטית?|מחוץ למשרד|پاسخ خودکار|स्वचालित (?:उत्तर|जवाब)
    (?:邮件|郵件)?自[动動](?:答[复覆]|回[复覆復]|应答|應答|返信|応答|返答)(?:邮件|郵件|メール)?
    系统自动回复
    外出(?:自动回复|中)?|休假(?:中|通知|自动回复)?
    不在(?:办公室|通知|応答|返信|連絡|のお知らせ|にしております)?
    不在のため.{0,10}|休暇中|出張中|자동 ?(?:회신|응답|답장|답변)
    부재 ?중?(?: ?(?:알림|안내|자동 ?응답))?
"""
_FAILED = r"""
    undeliver(?:able|ed)(?: mail| message| e-?mail)?|undelivered mail returned to sender
    delivery (?:failure|failed|has failed|notification|report|delayed|problem|status notification)
    delivery (?:status notification|failure|notification) ?\([^)]*\)
    mail (?:delivery|system) (?:failed|failure|error|problem|delayed)|mail failure
    failed (?:mail|delivery)
    mail delivery failed: returning message to sender|mail delivery (?:subsystem|system)
    (?:your )?(?:e-?mail|message|mail) (?:could|can) ?not be (?:delivered|sent)
    returned (?:mail|message|e-?mail)|failure notice|failed delivery|delivery errors?
    (?:permanent |temporary )?(?:e-?mail )?delivery (?:failure|error|problem|failed)
    delayed mail(?: \([^)]*\))?|mail (?:error|delayed)|mail failed, returning to sender|ndn
    mail (?:system|transport) error(?: - returned mail)?|non-?deliverable(?: mail)?
    warning[.:] mail delayed|message status[ :-]+undeliverable|automatic bounce notification
    (?:e-?mail|message) (?:delayed|undeliverable|not delivered)
    warning: (?:message|could not) .{0,60}
    non[- ]?delivery(?: (?:report|notification|notice))?|unzustellbar(?:e mail| e-?mail)?
    nicht (?:zugestellt|zustellbar)|unzustellbarkeitsbericht|zustellung (?:fehlgeschlagen|verzögert)
    non remis|non distribuable|message non distribué|échec de (?:la )?remise|no se puede entregar
    no entregado|no entregable|non recapitabile|impossibile recapitare|mancato recapito
    não é possível entregar|não entregue|onbestelbaar|kan inte levereras|kan ikke leveres
    nie można dostarczyć|niedostarczone|nedoručiteln\w+|kézbesíthetetlen|недоставлено|не доставлено
    не удается доставить|无法送达|未送达|无法传递|未传递|無法傳遞|傳遞失敗|系统退信(?:通知)?
    退信(?:通知)?
    邮件退回|投递失败|配信不能|配達不能|送信できません(?:でした)?|未配信|配信エラー|メールエラー通知
    배달되지 않음|전송 ?실패|반송(?:된 메일)?
"""
_RECEIPT = r"""
    not read|deleted unread|(?:return|read|delivery) receipt(?: \([^)]*\))?|lesebestätigung
    ungelesen
    empfangsbestätigung(?: \([^)]*\))?|accus[ée] de (?:lecture|r[ée]ception)
    confirmaci[óo]n de lectura
    conferma di lettura|confirmação de leitura|disposition notification|已读回执|已讀回條|開封確認
    開封済み|읽음 확인
"""


_ANSWER = (
    r"(?:re|aw|sv|vs|antw|odp|ref|rif|r|回复|答复|回覆|返信|回信|答覆|fw|fwd|wg|tr|rv|i|转发|轉寄|転送)"
    r"(?:\[\d+\])?\s*:"
)
_END = rf"(?:\s*:|\s+[-–—|]?\s*(?={_ANSWER})|\s*[.!。!]?$|\s*\([^)]*\)[.!]?$)"
_AWAY_SUBJECT = re.compile(one_of(_AWAY, _RECEIPT) + _END, re.IGNORECASE)
_FAILED_SUBJECT = re.compile(one_of(_FAILED) + _END, re.IGNORECASE)
_CLEAR = r"""
    auto[- ]?repl(?:y|ied)|automatic reply|auto[- ]?response|out of (?:the )?office
    automatische antwort
    自[动動](?:答[复覆]|回[复覆復]|应答|應答|返信|応答)|不在通知|休暇中
    자동 ?(?:회신|응답|답장)|부재 ?중
"""
_IN_BRACKETS = (
    rf"[\[【(<《「*]\s*(?:{one_of(_AWAY)}|[^\]】)>》」*]{{0,20}}{one_of(_CLEAR)}[^\]】)>》」*]{{0,20}})"
    r"\s*[\]】)>》」*]"
)
_AT_AN_END = re.compile(
    rf"{_IN_BRACKETS}|.*{_IN_BRACKETS}$|.*\s[-–—|]\s{one_of(_CLEAR)}$|.*:\s*{one_of(_CLEAR)}$",
    re.IGNORECASE,
)
_SYSTEM = re.compile(one_of(_FAILED) + r"(?:\W|$)", re.IGNORECASE)
_AFTER = re.compile(r".*(?:\(delivery failed\)|: non remis\b.*|: undeliverable)", re.IGNORECASE)
_NAME_FIRST = re.compile(  # Lotus Notes
    r".{1,80} is (?:currently )?(?:out of the office|away from the office|on (?:vacation|leave))"
    r"(?:\.?|\s*\(.*\)|\s+(?:from|until|till|returning)\b.*)"
    r"|.{1,60} (?:ist (?:außer haus|nicht im (?:büro|hause?)|abwesend)|est absente?)\.?"
    r"(?:\s*\(.*\))?",
    re.IGNORECASE,
)
_ANSWERS = re.compile(rf"(?:{_ANSWER}\s*)+", re.IGNORECASE)
_PASSED_ON = re.compile(r"(?:fw|fwd|wg|tr|i|rv|转发|轉寄|転送)\s*:\s*", re.IGNORECASE)


def _line(subject: str) -> str:
    """On one line, with the colons and brackets of the East as those of the West."""
    return " ".join(unicodedata.normalize("NFKC", subject[:1_000]).replace("’", "'").split())[:300]


def of_an_answering_machine(subject: str) -> bool:
    """Whether answering machines and receipts write a subject so."""
    line = _line(subject)
    if _AWAY_SUBJECT.match(line) or _AT_AN_END.match(line):
        return True
    return bool(_NAME_FIRST.fullmatch(line)) and not _ANSWERS.match(line)


def of_a_notice(subject: str) -> bool:
    """Whether mail servers write a subject so when a letter did not arrive."""
    line = _line(subject).removeprefix("[Postmaster] ")
    return bool(_FAILED_SUBJECT.match(line) or _AFTER.fullmatch(line))


def begins_like_a_notice(subject: str) -> bool:
    """The same, whatever follows: for mail that has other marks of a mail server."""
    return bool(_SYSTEM.match(_line(subject)))


def passes_a_notice_on(subject: str) -> bool:
    """Whether a subject is that of a notice that somebody forwards."""
    line = _line(subject)
    match = _PASSED_ON.match(line)
    return match is not None and _SYSTEM.match(line[match.end() :]) is not None
