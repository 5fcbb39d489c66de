"""The words by which mail programs mark a quoted letter, in the languages they speak. Pure.

Gathered from what the programs write (Gmail, Outlook, Exchange, Apple Mail, Thunderbird, Yahoo,
QQ, Foxmail, NetEase, Coremail, Naver and others): the verb of the line above a quotation, the
labels of a quoted letter's head, the titles of an original or forwarded message.
"""

import re

WROTE = re.compile(
    r"""
    \b(?:
      wrote | writes | has\ written                         # English
    | schrieb(?:en)? | schreibt | geschrieben               # German
    | (?:a|ont)\ +[ée]crit | [ée]crit                       # French
    | escribi[óou] | (?:ha|va)\ escri(?:to|t|ure)           # Spanish, Galician, Catalan
    | ha\ scritto | scrisse | scriveva                      # Italian
    | escreveu | schreef | geschreven                       # Portuguese, Dutch
    | skrev | skreiv | skrifaði | kirjoitti | kirjutas      # Scandinavian, Finnish, Estonian
    | napisał(?:a|\(a\))? | pisze                           # Polish
    | nap[sí]+al(?:a|\(a\)|/a)?                             # Czech, Slovak, Slovene
    | napisao(?:/la)? | napisala | написао                  # Croatian, Serbian
    | írta | a\ scris | rašė | rakstīja                     # Hungarian, Romanian, Baltic
    | написал[аи]?(?:\(а\))? | пишет | писал[аи]?(?:\(а\))? # Russian
    | написав | написала | пише | писав                     # Ukrainian
    | написа | напісаў                                      # Bulgarian, Belarusian
    | έγραψε(?:ς)? | yazd[ıi] | yazm[ıi]ş                   # Greek, Turkish
    | đã\ viết | viết | menulis                             # Vietnamese, Indonesian
    )(?!\w)
    | ^(?:quoting|zitat\ von|citando|citation\ de|citerar|quotando|citát|cytowanie)\ (?=\S)
    | napisał\(a\) | napsal\(a\) | napísal\(a\) | написал\(а\)
    | كتب | نوشت | כתב | ने\ लिखा | เขียน
    | 写道 | 寫道 | 写到 | 寫到 | 撰写 | 撰寫 | 写： | 寫：
    | 書きました | 書いた | さんのメッセージ | さんからのメール
    | 작성 | 썼습니다 | 쓴\ 글 | 보낸\ 글
    """,
    re.IGNORECASE | re.VERBOSE,
)
"""The verb of "On 3 May 2021 Ada wrote:"."""

OPENER = re.compile(
    r"""
    (?: on | am | le | el | il | op | den | em | no\ dia | dnia | w\ dniu | dne | dňa | d[aň]a | pe
      | [îi]n\ data\ de | at | in\ (?:article|message|a\ message) | vào | ngày | pada | kl
      | στις | την | på | il\ giorno | quoting | zitat\ von | selon | да?ня | на | у | в | от
    )\b
    | 在 | 于 | 於 | 日期 | بتاريخ | في | ב-?
    """,
    re.IGNORECASE | re.VERBOSE,
)
"""The first word of such a line, where it does not begin with the date or the name."""

_LABELS = {
    "from": """
        from | sent by | sender | von | absender | de | exp[ée]diteur | remitente | da
        | mittente | van | fra
        | från | avsändare | lähettäjä | od | odesílatel | odosielateľ | nadawca | feladó | de la
        | expeditor | от | от кого | отправитель | від | від кого | από | kimden | gönderen
        | من | מאת | pošiljatelj | šalje | nuo | no | saatja | từ | người gửi | dari | จาก
        | 发件人 | 发信人 | 寄件人 | 寄件者 | 發件人 | 发自 | 差出人 | 送信者 | 送信元 | 発信者
        | 보낸 사람 | 보내는 사람 | 발신 | 발신자 | 보낸이
    """,
    "date": """
        sent | date | sent on | sent at | date sent | gesendet | gesendet am | datum | envoy[ée]
        | envoy[ée] le | date d'envoi | enviado | enviado el | enviada | enviada em | enviado em
        | enviado a | fecha | fecha de envío | data | data de envio | inviato | inviata
        | data invio | verzonden
        | verzonden op | sendt | dato | skickat | skickades | lähetetty | päivämäärä | pvm | wysłano
        | wysłane | data wysłania | odesláno | odoslané | dátum | elküldve | küldve | trimis
        | trimis la | отправлено | дата | дата отправки | послано | надіслано | изпратено
        | στάλθηκε | ημερομηνία | gönderildi | gönderme tarihi | tarih | تاريخ | التاريخ | أرسلت
        | تاريخ الإرسال | נשלח | תאריך | poslano | datum slanja | ngày | đã gửi | ngày gửi | tanggal
        | dikirim | ส่ง | วันที่ | 发送时间 | 发送日期 | 日期 | 时间 | 發送時間 | 傳送時間
        | 寄件日期 | 傳送日期 | 已傳送 | 已发送 | 寄送日期 | 送信日時 | 送信日 | 日時 | 日付
        | 보낸 날짜
        | 보낸 시간 | 보낸날짜 | 날짜 | 일시 | 발신일 | 발송일
    """,
    "to": """
        to | an | à | a | para | aan | til | till | vastaanottaja | do | komu | címzett | către
        | catre | la | кому | до | на | προς | kime | alıcı | إلى | אל | za | prima | đến | tới
        | kepada | ถึง
        | destinataire | destinatario | destinatário | empfänger | ontvanger | mottagare
        | 收件人 | 收件者 | 收信人 | 宛先 | 受信者 | 받는 사람 | 받은 사람 | 수신 | 수신자 | 받는이
    """,
    "copy": """
        cc | cci | bcc | copy | kopie | copie | copie [àa] | copia | c[óo]pia | con copia | kopi
        | kopia | kopio | dw | kópia | másolat
        | копия | копія | κοιν | κοιν. | bilgi | نسخة | עותק | reply-to | reply to | 抄送 | 副本
        | 抄送人 | 副本抄送 | 密送
        | 참조 | organization | importance | priority | attachments | 附件 | 回复 | 答复
    """,
    "subject": """
        subject | re | betreff | objet | sujet | asunto | oggetto | assunto | onderwerp | emne
        | ämne | aihe | temat | předmět | predmet | tárgy | subiect | тема | относно | θέμα | konu
        | الموضوع | موضوع | נושא | zadeva | tema | teema | chủ đề | tiêu đề | perihal | subjek
        | judul | เรื่อง | หัวเรื่อง | 主题 | 主題 | 主旨 | 标题 | 標題 | 件名 | 題名 | 제목
    """,
}


def _spelled(words: str) -> list[str]:
    """Every spelling of the labels `words`: `exp[ée]diteur` with and without its accent."""
    out = []
    for word in words.split("|"):
        word = "".join(word.split())
        choice = re.search(r"\[(.)(.)\]", word)
        if choice:
            out += [word.replace(choice[0], choice[1]), word.replace(choice[0], choice[2])]
        else:
            out.append(word)
    return out


LABELS = {spelling: kind for kind, words in _LABELS.items() for spelling in _spelled(words)}
"""Label of a head line (lower case, without spaces) -> from, date, to, copy, subject."""

ORIGINAL = re.compile(
    r"""
    original | ursprüngliche | urspr\.? | nachricht\ von | d['’]origine | oorspronkelijk
    | oprindelig
    | opprinnelig | ursprung | alkuperäinen | oryginaln | původní | pôvodn | eredeti | iniţial
    | inițial
    | исходн | оригинал | первоначальн | початков | вихідн | αρχικ | orijinal | özgün | originál
    | الأصلي | מקורי | gốc | asli | replied\ message | reply\ message | quoted\ (?:text|message)
    | 原始 | 原邮件 | 原郵件 | 原文 | 原件 | 来信 | 引用 | 回复的 | 元の | 원본 | 원문
    """,
    re.IGNORECASE | re.VERBOSE,
)
FORWARDED = re.compile(
    r"""
    forward | fwd | weitergeleitet | transf[ée]r | reenv | rinviat | inoltrat | encaminhad
    | doorgestuurd
    | videresendt | vidarebefordr | välitetty | przekaz | přeposlan | preposlan | továbbít
    | redirecţionat | redirecționat | пересла|переадрес | пересил | препрат | προωθ | iletilen
    | yönlendir
    | chuyển\ tiếp | diteruskan | מועבר | שהועבר | معاد\ توجيه | المحول | 转发 | 轉寄 | 轉發
    | 転送 | 전달
    """,
    re.IGNORECASE | re.VERBOSE,
)
"""Words between the dashes of "-----Original Message-----", "--- Forwarded message ---"."""
