"""What stands below a person's words and was not written for this letter. Pure.

Signatures after "-- " (RFC 3676, section 4.3), "Sent from my iPhone" and its kin, footers of
mailing lists, virus scanners and legal departments. A greeting and a name stay: they are typed.
"""

import re
from collections.abc import Sequence

from notifications.quotes import Line, is_rule

LONGEST_SIGNATURE = 60  # lines with words after "-- "
_LOOSE_SIGNATURE = 15  # lines with words after another dash, which may be a line of the text

_DELIMITER = re.compile(r"(?:--|—|––|—-|-—|__)")
_DEVICE = re.compile(
    r"""
    (?:
      sent\ from\ (?:my|an?|the|mobile|i?(?-i:[A-Z]))
    | sent\ (?:via|using|with|by|on)\ (?:my\ |the\ |a\ )?(?-i:[A-Z])
    | (?:get|download)\ (?:Outlook|BlueMail|Spark|Mail\.ru)\b
    | von\ (?:meinem|meiner|unterwegs)\b.{0,40}\b(?:gesendet|gesandt|geschickt)
    | (?:gesendet|gesandt|geschrieben)\ (?:von|mit|aus|über)\ (?:meine[mr]|der|dem|(?-i:[A-Z])|iP)
    | diese\ (?:nachricht|e-?mail|mail)\ wurde\ .{0,60}\ gesendet
    | (?:holen\ sie\ sich\ |laden\ sie\ )?outlook\ für\ (?:ios|android|mac)
    | envoy[ée]e?s?\ (?:de|depuis|à\ partir|avec|par)\ (?:m[ao]n?|l[ae]|[dl]['’]|de|i?(?-i:[A-Z]))
    | (?:télécharge[rz]?|obtenir|obtenez)\ outlook
    | enviad[oa]\ (?:desde|do|de|del|da|a\ partir|por|con|pelo|via)
      \ (?:mi|meu|minha|el|la|o|um|correo|i?(?-i:[A-Z]))
    | (?:obtener|obtenga|obter|obtenha|baixe)\ (?:o\ )?outlook
    | inviat[oa]\ (?:da|dal|dallo|dalla|con|tramite)\b
    | (?:scarica|ottieni)\ outlook
    | (?:verstuurd|verzonden)\ (?:vanaf|met|via|vanuit|van)\b | outlook\ voor\ (?:ios|android)
    | (?:sendt|sent)\ fra\b | hent\ outlook | få\ outlook | skaff\ outlook
    | skickat\ (?:från|med|via)\b | hämta\ outlook
    | lähetetty\ (?:i?(?-i:[A-Z])|laitteesta|puhelimesta) | hanki\ outlook
    | wysłan[eoy]\ (?:z|przy|za|ze)\b | pobierz\ outlook
    | odesláno\ z | odoslané\ z | poslano\ (?:iz|z|s|sa)\b
    | elküldve\ (?:az?\ )?i?(?-i:[A-Z]) | trimis\ (?:de\ pe|din|cu)\b
    | отправлено\ (?:с|из|через|от)\b | отправлен[оа]?\ из\ мобильн
    | надіслано\ (?:з|із|через)\b | изпратено\ от
    | στάλθηκε\ από | \S{1,30}\ gönderildi | أرسلت\ من | أُرسلت\ من | تم\ الإرسال\ من | נשלח\ מ
    | dikirim\ dari | gửi\ từ | được\ gửi\ từ | ส่งจาก | enviat\ des
    | 发自 | 發自 | 发送自 | 從我的 | 从我的 | 來自我的 | 来自我的 | 傳送自 | 寄自 | 由我的
    | 获取\ ?outlook | 下载\ ?outlook
    | 取得\ ?outlook
    | \S{0,20}\ ?(?:から送信|より送信) | .{0,20}outlook.{0,12}(?:を入手|を取得)
    | .{0,30}에서\ (?:보냄|보낸|보냈) | outlook.{0,20}(?:다운로드|가져오기)
    )
    """,
    re.IGNORECASE | re.VERBOSE,
)
_DEVICE_END = re.compile(
    r"(?:から送信(?:されました)?|より送信|発送|传送|傳送|发送|發送|보냄|gönderildi)[。.]?$"
)
_LONGEST_DEVICE_LINE = 110
_LONGEST_FOOTER = 30

_CONTACT = re.compile(
    r"(?:\b(?:tel|phone|mobile?|fax|cell|t|m|p)\b|电话|電話|手机|전화|тел)[\s.:：)]{0,3}[+(\d]"
    r"|\+\d{1,3}[\s(\d]|\(\d{3}\)\s?\d{3}|^\S+@\S+\.\w{2,}$",
    re.IGNORECASE,
)
_LIST = re.compile(
    r"""
    mailing\ list\b.{0,60}$ | ^\S+\ mailing\ list | mailman/listinfo | /listinfo/ | lists?\.\S+/
    | to\ unsubscribe | unsubscribe\ (?:from|send|at|:) | you\ received\ this\ message\ because
    | you\ are\ receiving\ this\ (?:because|email|mail) | reply\ to\ this\ e?-?mail\ directly
    | view\ it\ on\ git(?:hub|lab) | manage\ your\ subscription | https?://groups\.google\.com
    | aus\ der\ liste\ auszutragen | se\ désabonner | darse\ de\ baja | 退订 | 取消订阅
    | メーリングリスト
    """,
    re.IGNORECASE | re.VERBOSE,
)
_SCANNER = re.compile(
    r"""
    (?:checked|scanned|swept)\ (?:for|by)\ .{0,40} | virus-free | \bavast\b | \bmimecast\b
    | \bmessagelabs\b
    | auf\ viren\ (?:geprüft|überprüft) | virenfrei | été\ vérifiée? | absence\ de\ virus
    | libre\ de\ virus | analizado\ (?:por|en\ busca) | esente\ da\ virus | virusvrij
    | проверено\ на\ вирусы
    | 病毒扫描 | 无病毒
    """,
    re.IGNORECASE | re.VERBOSE,
)
_LEGAL = re.compile(
    r"""
    confidential | privileged | intended\ (?:only|solely|recipient|for|addressee) | addressee
    | in\ error
    | unauthori[sz]ed | disclaimer | delete\ (?:it|this|the) | solely\ for\ the\ use
    | vertraulich | nicht\ der\ (?:richtige|beabsichtigte)\ | irrtümlich | unbefugt
    | confidentiel | destinataire | par\ erreur | confidencial | destinatari | por\ error
    | por\ engano
    | riservat | per\ errore | vertrouwelijk | geadresseerde | poufn | adresat
    | конфиденциальн | получател | 保密 | 机密 | 機密 | 误收 | 誤送 | 誤って | 機密情報 | 기밀
    | 수신인
    """,
    re.IGNORECASE | re.VERBOSE,
)


def without_signature(lines: Sequence[Line]) -> list[Line]:
    """`lines`, a stretch of one person's own text, without what stands below it."""
    kept = list(lines)
    cut = _delimiter(kept)
    if cut >= 0:
        kept = kept[:cut]
    while True:
        kept = _stripped(kept)
        shorter = _without_last(kept)
        if len(shorter) == len(kept):
            return _without_devices(kept)
        kept = shorter


def _delimiter(lines: Sequence[Line]) -> int:
    """The index of the line that begins a signature; -1 if there is none."""
    for at in [i for i, each in enumerate(lines) if _DELIMITER.fullmatch(each.words)][-20:]:
        following = sum(1 for each in lines[at + 1 : at + 4 * LONGEST_SIGNATURE] if each.words)
        exact = lines[at].raw == "-- "
        if following <= (LONGEST_SIGNATURE if exact else _LOOSE_SIGNATURE):
            return at
    return -1


def is_device(words: str) -> bool:
    """Is the line "Sent from my iPhone", in whatever language?"""
    words = words.lstrip("*_[(<- ")
    if not words or len(words) > _LONGEST_DEVICE_LINE or words[-1] in ":：?？":
        return False
    return bool(_DEVICE.match(words) or (len(words) < 40 and _DEVICE_END.search(words)))


def _stripped(lines: list[Line]) -> list[Line]:
    """Without blank lines and bare rules at the end."""
    end = len(lines)
    while end and (not lines[end - 1].words or is_rule(lines[end - 1].words)):
        end -= 1
    return lines[:end]


def _without_last(lines: list[Line]) -> list[Line]:
    """Without the last paragraph, or its last line, where nobody wrote it for this letter."""
    if not lines:
        return lines
    if is_device(lines[-1].words):
        return lines[:-1]
    rule = _last_rule(lines)
    if rule >= 0 and (_is_footer(lines[rule + 1 :]) or _is_card(lines[rule + 1 :])):
        return lines[:rule]
    start = len(lines)
    while start and lines[start - 1].words:
        start -= 1
    return lines[:start] if _is_footer(lines[start:]) else lines


def _last_rule(lines: Sequence[Line]) -> int:
    """The index of the last long rule among the last lines; -1 if there is none."""
    for at in range(len(lines) - 1, max(-1, len(lines) - 2 - _LONGEST_FOOTER), -1):
        if len(lines[at].words) >= 10 and is_rule(lines[at].words):
            return at
    return -1


def _is_card(lines: Sequence[Line]) -> bool:
    """Are the lines below a rule a name with a telephone number or address, and no sentence?"""
    told = [each.words for each in lines if each.words]
    if not 2 <= len(told) <= _LOOSE_SIGNATURE or any(
        len(words) > 70 or (words[-1] in ".!?:。" and len(words.split()) > 5) for words in told
    ):
        return False
    return any(_CONTACT.search(words) for words in told)


def _is_footer(paragraph: Sequence[Line]) -> bool:
    if len(paragraph) == 1 and paragraph[0].words.casefold().strip(":* ") == "disclaimer":
        return True
    text = " ".join(each.words for each in paragraph[:_LONGEST_FOOTER])[:3000]
    if len(paragraph) <= 12 and _LIST.search(text):
        return True
    if len(paragraph) <= 6 and len(text) < 600 and _SCANNER.search(text):
        return True
    return len({hit.casefold() for hit in _LEGAL.findall(text)}) >= 2


def _without_devices(lines: list[Line]) -> list[Line]:
    """Without "Sent from ..." lines that are a paragraph of their own, with text below them."""
    out = []
    for at, each in enumerate(lines):
        above = at == 0 or not lines[at - 1].words
        below = at + 1 == len(lines) or not lines[at + 1].words
        if not (above and below and is_device(each.words)):
            out.append(each)
    return out
