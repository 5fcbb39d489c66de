"""Made-up marks of quoted letters and signatures, as mail programs write them in many languages."""

ATTRIBUTIONS = {
    "Gmail, English": "On Mon, May 3, 2021 at 10:12 AM Registry <ask@site.example> wrote:",
    "Gmail, English, 24 hours": "On Mon, 3 May 2021 at 10:12, Registry <ask@site.example> wrote:",
    "Apple Mail, English": "On 3 May 2021, at 10:12, Registry <ask@site.example> wrote:",
    "Thunderbird, English": "On 03/05/2021 10:12, Registry wrote:",
    "Thunderbird, ISO date": "On 2021-05-03 10:12, Registry wrote:",
    "Yahoo, English": "On Monday, May 3, 2021, 10:12:00 AM GMT+2, Registry <a@site.example> wrote:",
    "Outlook phone, English": 'On Mon, May 3, 2021 at 10:12 AM +0200, "Registry" <a@b.ex> wrote:',
    "Eudora": "At 10:12 03/05/2021, Registry wrote:",
    "mutt": "On Mon, May 03, 2021 at 10:12:00AM +0200, Registry wrote:",
    "Gnus": "Registry <ask@site.example> writes:",
    "Horde": "Quoting Registry <ask@site.example>:",
    "Horde, German": "Zitat von Registry <ask@site.example>:",
    "by name, date behind": "Registry wrote on 5/3/21 10:12 AM:",
    "Spark": "On 3 May 2021, 10:12 +0200, Registry <ask@site.example>, wrote:",
    "Outlook for Mac": 'On 5/3/21, 10:12 AM, "Registry" <ask@site.example> wrote:',
    "in bold": "*On 3 May 2021, at 10:12, Registry <ask@site.example> wrote:*",
    "without year": "On May 3 at 10:12 AM, Registry <ask@site.example> wrote:",
    "K-9, German": "Am 3. Mai 2021 10:12:00 MESZ schrieb Registry <ask@site.example>:",
    "Spark, French": "Le 3 mai 2021 à 10:12 +0200, Registry <ask@site.example>, a écrit :",
    "Apple Mail, Russian": "3 мая 2021 г., в 10:12, Registry <ask@site.example> написал(а):",
    "Apple Mail, Swedish": "3 maj 2021 kl. 10:12 skrev Registry <ask@site.example>:",
    "Apple Mail, Polish": "Wiadomość napisana przez Registry <a@b.ex> dnia 03.05.2021, o 10:12:",
    "Apple Mail, Japanese, comma": "2021/05/03 午前10:12、Registry <ask@site.example> のメール：",
    "Gmail, Japanese, no address": "2021年5月3日(月) 午前10:12 Registry さんは書きました：",
    "Coremail, English": "At 2021-05-03 10:12, Registry <ask@site.example> wrote:",
    "Chinese, name first": "Registry<ask@site.example> 在 2021年5月3日 周一 10:12 写道：",
    "Chinese, no address": "2021年5月3日 10:12，Registry 写道：",
    "ProtonMail": "On Monday, May 3rd, 2021 at 10:12, Registry <ask@site.example> wrote:",
    "Gmail, German": "Am Mo., 3. Mai 2021 um 10:12 Uhr schrieb Registry <ask@site.example>:",
    "Apple Mail, German": "Am 03.05.2021 um 10:12 schrieb Registry <ask@site.example>:",
    "Thunderbird, German": "Am 03.05.21 um 10:12 schrieb Registry:",
    "GMX": 'Gesendet: Montag, 3. Mai 2021 um 10:12 Uhr\nVon: "Registry" <ask@site.example>\n'
    "An: ada@uni.example\nBetreff: Frage",
    "Gmail, French": "Le lun. 3 mai 2021 à 10:12, Registry <ask@site.example> a écrit :",
    "Thunderbird, French": "Le 03/05/2021 à 10:12, Registry a écrit :",
    "Apple Mail, French": "Le 3 mai 2021 à 10:12, Registry <ask@site.example> a écrit :",
    "Gmail, Spanish": "El lun, 3 may 2021 a las 10:12, Registry (<ask@site.example>) escribió:",
    "Thunderbird, Spanish": "El 03/05/2021 a las 10:12, Registry escribió:",
    "Gmail, Catalan": "Missatge de Registry <a@b.example> del dia dl., 3 de maig 2021 a les 10:12:",
    "Gmail, Italian": "Il giorno lun 3 mag 2021 alle ore 10:12 Registry <a@b.example> ha scritto:",
    "Thunderbird, Italian": "Il 03/05/2021 10:12, Registry ha scritto:",
    "Gmail, Portuguese": "Em seg., 3 de mai. de 2021 às 10:12, Registry <a@site.example> escreveu:",
    "Gmail, Portugal": "Registry <a@b.example> escreveu no dia segunda, 3/05/2021 à(s) 10:12:",
    "Gmail, Dutch": "Op ma 3 mei 2021 om 10:12 schreef Registry <ask@site.example>:",
    "Apple Mail, Dutch": "Op 3 mei 2021 10:12 heeft Registry <a@b.ex> het volgende geschreven:",
    "Gmail, Danish": "Den man. 3. maj 2021 kl. 10.12 skrev Registry <ask@site.example>:",
    "Gmail, Norwegian": "man. 3. mai 2021 kl. 10:12 skrev Registry <ask@site.example>:",
    "Gmail, Swedish": "Den mån 3 maj 2021 kl 10:12 skrev Registry <ask@site.example>:",
    "Gmail, Finnish": "ma 3. toukok. 2021 klo 10.12 Registry (ask@site.example) kirjoitti:",
    "Gmail, Polish": "pon., 3 maj 2021 o 10:12 Registry <ask@site.example> napisał(a):",
    "Thunderbird, Polish": "W dniu 3.05.2021 o 10:12, Registry pisze:",
    "Gmail, Czech": "po 3. 5. 2021 v 10:12 odesílatel Registry <ask@site.example> napsal:",
    "Thunderbird, Czech": "Dne 03. 05. 21 v 10:12 Registry napsal(a):",
    "Gmail, Slovak": "po 3. 5. 2021 o 10:12 Registry <ask@site.example> napísal(a):",
    "Gmail, Slovene": "V V pon., 3. maj 2021 ob 10:12 je oseba Registry <a@b.example> napisala:",
    "Gmail, Croatian": "pon, 3. svi 2021. u 10:12 Registry <ask@site.example> napisao je:",
    "Gmail, Hungarian": "Registry <ask@site.example> ezt írta (időpont: 2021. máj. 3., H, 10:12):",
    "Gmail, Romanian": "În lun., 3 mai 2021 la 10:12, Registry <ask@site.example> a scris:",
    "Gmail, Russian": "пн, 3 мая 2021 г. в 10:12, Registry <ask@site.example>:",
    "Thunderbird, Russian": "03.05.2021 10:12, Registry пишет:",
    "Mail.ru": "Понедельник, 3 мая 2021, 10:12 +03:00 от Registry <ask@site.example>:",
    "Yandex": '03.05.2021, 10:12, "Registry" <ask@site.example>:',
    "Gmail, Ukrainian": "пн, 3 трав. 2021 р. о 10:12 Registry <ask@site.example> пише:",
    "Gmail, Bulgarian": "На пн, 3.05.2021 г. в 10:12 Registry <ask@site.example> написа:",
    "Gmail, Greek": "Στις Δευ 3 Μαΐ 2021 στις 10:12 π.μ., ο χρήστης Registry <a@b.example> έγραψε:",
    "Gmail, Turkish": "Registry <ask@site.example>, 3 May 2021 Pzt, 10:12 tarihinde şunu yazdı:",
    "Gmail, Arabic": "في 3 مايو 2021 في 10:12 تمت كتابة ما يلي بواسطة Registry <a@b.example>:",
    "Gmail, Hebrew": "‫בתאריך יום ב׳, 3 במאי 2021 ב-10:12 מאת ‪Registry‬‏ <‪ask@site.example‬‏>:‬",
    "Gmail, Vietnamese": "Vào Th 2, 3 thg 5, 2021 vào lúc 10:12 Registry <a@b.example> đã viết:",
    "Gmail, Indonesian": "Pada tanggal Sen, 3 Mei 2021 pukul 10.12 Registry <a@b.example> menulis:",
    "Gmail, Thai": "ในวันที่ จ. 3 พ.ค. 2021 เวลา 10:12 Registry <ask@site.example> เขียนว่า:",
    "Gmail, Hindi": "सोम, 3 मई 2021 को 10:12 am बजे को Registry <ask@site.example> ने लिखा:",
    "Gmail, Chinese": "Registry <ask@site.example> 于2021年5月3日周一 上午10:12写道：",
    "Apple Mail, Chinese": "在 2021年5月3日，上午10:12，Registry <ask@site.example> 写道：",
    "NetEase": '在 2021-05-03 10:12:00，"Registry" <ask@site.example> 写道：',
    "NetEase, English": 'At 2021-05-03 10:12:00, "Registry" <ask@site.example> wrote:',
    "Thunderbird, Chinese": "在 2021/5/3 10:12, Registry 写道:",
    "Gmail, Chinese of Taiwan": "Registry <ask@site.example> 於 2021年5月3日 週一 上午10:12寫道：",
    "Apple Mail, Chinese of Taiwan": "Registry <ask@site.example> 於 2021年5月3日 上午10:12 寫道：",
    "Gmail, Japanese": "2021年5月3日(月) 10:12 Registry <ask@site.example>:",
    "Apple Mail, Japanese": "2021/05/03 10:12、Registry <ask@site.example>のメール:",
    "Thunderbird, Japanese": "On 2021/05/03 10:12, Registry wrote:",
    "Japanese by hand": "2021年5月3日 10:12 Registry さんは書きました:",
    "Gmail, Korean": "2021년 5월 3일 (월) 오전 10:12, Registry <ask@site.example>님이 작성:",
    "Apple Mail, Korean": "2021. 5. 3. 오전 10:12, Registry <ask@site.example> 작성:",
}

HEADS = {
    "Outlook, English": """\
________________________________
From: Registry <ask@site.example>
Sent: Monday, May 3, 2021 10:12 AM
To: Ada Author <ada@uni.example>
Subject: A question""",
    "Outlook, English, no rule": """\
From: Registry [mailto:ask@site.example]
Sent: 03 May 2021 10:12
To: Ada Author
Cc: Ben Author
Subject: A question""",
    "Outlook Express": """\
----- Original Message -----
From: "Registry" <ask@site.example>
To: <ada@uni.example>
Sent: Monday, May 03, 2021 10:12 AM
Subject: A question""",
    "AOL": """\
-----Original Message-----
From: Registry <ask@site.example>
To: ada <ada@uni.example>
Sent: Mon, May 3, 2021 10:12 am
Subject: A question""",
    "Samsung": """\
-------- Original message --------
From: Registry <ask@site.example>
Date: 03/05/2021 10:12 (GMT+01:00)
To: ada@uni.example
Subject: A question""",
    "Markdown of a help desk": """\
*From:* Registry <ask@site.example>
*Sent:* Monday, May 3, 2021
*To:* ada@uni.example
*Subject:* A question""",
    "ProtonMail": """\
‐‐‐‐‐‐‐ Original Message ‐‐‐‐‐‐‐
On Monday, May 3, 2021 10:12 AM, Registry <ask@site.example> wrote:""",
    "Samsung, French": """\
-------- Message d'origine --------
De : Registry <ask@site.example>
Date : 03/05/2021 10:12 (GMT+01:00)
À : ada@uni.example
Objet : Question""",
    "Thunderbird, German, forwarded": """\
-------- Weitergeleitete Nachricht --------
Betreff: Frage
Datum: Mon, 3 May 2021 10:12:00 +0200
Von: Registry <ask@site.example>
An: ada@uni.example""",
    "labels apart from their values": """\
From:\tRegistry <ask@site.example>
Sent:\tMonday, May 3, 2021 10:12 AM
To:\tada@uni.example; ben@uni.example; cleo@uni.example;
\tdora@uni.example
Subject:\tA question that is long enough for
\ttwo lines""",
    "blank lines between": """\
From: Registry <ask@site.example>

Date: Monday, 3 May 2021 at 10:12

To: ada@uni.example

Subject: A question""",
    "Lotus Notes": """\
----- Forwarded by Ada Author/UNI on 03/05/2021 10:12 -----

From:   Registry <ask@site.example>
To:     ada@uni.example
Date:   03/05/2021 10:12
Subject:        A question""",
    "Outlook, German": """\
Von: Registry <ask@site.example>
Gesendet: Montag, 3. Mai 2021 10:12
An: Ada Author <ada@uni.example>
Betreff: Frage""",
    "Outlook Express, German": """\
-----Ursprüngliche Nachricht-----
Von: Registry
Gesendet: Montag, 3. Mai 2021 10:12
An: Ada
Betreff: Frage""",
    "Outlook, French": """\
De : Registry <ask@site.example>
Envoyé : lundi 3 mai 2021 10:12
À : Ada Author <ada@uni.example>
Objet : Question""",
    "Outlook Express, French": """\
-----Message d'origine-----
De : Registry
Envoyé : lundi 3 mai 2021
Objet : Question""",
    "Outlook, Spanish": """\
De: Registry <ask@site.example>
Enviado el: lunes, 3 de mayo de 2021 10:12
Para: Ada <ada@uni.example>
Asunto: Pregunta""",
    "Outlook, Italian": """\
Da: Registry <ask@site.example>
Inviato: lunedì 3 maggio 2021 10:12
A: Ada
Oggetto: Domanda""",
    "Outlook, Portuguese": """\
De: Registry <ask@site.example>
Enviada em: segunda-feira, 3 de maio de 2021 10:12
Para: Ada
Assunto: Pergunta""",
    "Outlook, Dutch": """\
Van: Registry <ask@site.example>
Verzonden: maandag 3 mei 2021 10:12
Aan: Ada
Onderwerp: Vraag""",
    "Outlook, Danish": """\
Fra: Registry <ask@site.example>
Sendt: 3. maj 2021 10:12
Til: Ada
Emne: Spørgsmål""",
    "Outlook, Swedish": """\
Från: Registry <ask@site.example>
Skickat: den 3 maj 2021 10:12
Till: Ada
Ämne: Fråga""",
    "Outlook, Finnish": """\
Lähettäjä: Registry <ask@site.example>
Lähetetty: maanantai 3. toukokuuta 2021 10.12
Vastaanottaja: Ada
Aihe: Kysymys""",
    "Outlook, Polish": """\
Od: Registry <ask@site.example>
Wysłano: poniedziałek, 3 maja 2021 10:12
Do: Ada
Temat: Pytanie""",
    "Outlook, Czech": """\
Od: Registry <ask@site.example>
Odesláno: pondělí 3. května 2021 10:12
Komu: Ada
Předmět: Otázka""",
    "Outlook, Hungarian": """\
Feladó: Registry <ask@site.example>
Elküldve: 2021. május 3., hétfő 10:12
Címzett: Ada
Tárgy: Kérdés""",
    "Outlook, Russian": """\
От: Registry <ask@site.example>
Отправлено: 3 мая 2021 г. 10:12
Кому: Ada
Тема: Вопрос""",
    "Outlook, Ukrainian": """\
Від: Registry <ask@site.example>
Надіслано: 3 травня 2021 р. 10:12
Кому: Ada
Тема: Питання""",
    "Outlook, Greek": """\
Από: Registry <ask@site.example>
Στάλθηκε: Δευτέρα, 3 Μαΐου 2021 10:12
Προς: Ada
Θέμα: Ερώτηση""",
    "Outlook, Turkish": """\
Kimden: Registry <ask@site.example>
Gönderildi: 3 Mayıs 2021 Pazartesi 10:12
Kime: Ada
Konu: Soru""",
    "Outlook, Arabic": """\
من: Registry <ask@site.example>
تم الإرسال: الاثنين، 3 مايو 2021 10:12
إلى: Ada
الموضوع: سؤال""",
    "Outlook, Hebrew": """\
מאת: Registry <ask@site.example>
נשלח: יום שני 03 מאי 2021 10:12
אל: Ada
נושא: שאלה""",
    "Outlook, Chinese": """\
发件人: Registry <ask@site.example>
发送时间: 2021年5月3日 10:12
收件人: Ada
主题: 问题""",
    "Outlook, Chinese of Taiwan": """\
寄件者: Registry <ask@site.example>
寄件日期: 2021年5月3日 上午 10:12
收件者: Ada
主旨: 問題""",
    "Foxmail": """\
发件人： Registry
发送时间： 2021-05-03 10:12
收件人： ada
主题： 问题""",
    "QQ": """\
------------------ 原始邮件 ------------------
发件人: "Registry" <ask@site.example>;
发送时间: 2021年5月3日(星期一) 上午10:12
收件人: "ada"<ada@uni.example>;
主题: 问题""",
    "QQ, English": """\
------------------ Original ------------------
From:  "Registry"<ask@site.example>;
Date:  Mon, May 3, 2021 10:12 AM
To:  "ada"<ada@uni.example>;
Subject:  A question""",
    "QQ on a phone": """\
---原始邮件---
发件人: "Registry"<ask@site.example>
发送时间: 2021年5月3日(周一) 上午10:12
收件人: "ada"<ada@uni.example>;
主题: 问题""",
    "Coremail": """\
-----原始邮件-----
发件人:Registry <ask@site.example>
发送时间:2021-05-03 10:12:00 (星期一)
收件人: ada@uni.example
主题: 问题""",
    "NetEase Mail Master": """\
---- 回复的原邮件 ----
| 发件人 | Registry<ask@site.example> |
| 发送日期 | 2021年05月03日 10:12 |
| 收件人 | ada@uni.example |
| 主题 | 问题 |""",
    "NetEase Mail Master, English": """\
---- Replied Message ----
| From | Registry<ask@site.example> |
| Date | 05/03/2021 10:12 |
| To | ada@uni.example |
| Subject | A question |""",
    "Aliyun": """\
------------------------------------------------------------------
发件人：Registry <ask@site.example>
发送时间：2021年5月3日(星期一) 10:12
收件人：ada <ada@uni.example>
主　题：问题""",
    "139": """\
----邮件原文----
发件人：Registry <ask@site.example>
收件人：ada
发送时间：2021-05-03 10:12:00
主题：问题""",
    "Outlook, Japanese": """\
差出人: Registry <ask@site.example>
送信日時: 2021年5月3日 10:12
宛先: Ada
件名: 質問""",
    "Japanese, original": """\
-----元のメッセージ-----
差出人: Registry
送信日時: 2021年5月3日
件名: 質問""",
    "Outlook, Korean": """\
보낸 사람: Registry <ask@site.example>
보낸 날짜: 2021년 5월 3일 월요일 오전 10:12
받는 사람: Ada
제목: 질문""",
    "Naver": """\
-----Original Message-----
From: "Registry"<ask@site.example>
To: <ada@uni.example>;
Cc:
Sent: 2021-05-03 (월) 10:12:00 (GMT+09:00)
Subject: 질문""",
    "Daum": """\
--------- 원본 메일 ---------
보낸사람: Registry <ask@site.example>
받는사람: ada
날짜: 2021년 5월 3일
제목: 질문""",
    "Outlook, Vietnamese": """\
Từ: Registry <ask@site.example>
Đã gửi: Thứ Hai, 3 tháng 5, 2021 10:12
Đến: Ada
Chủ đề: Câu hỏi""",
}

DEVICES = [
    "Sent from my iPhone",
    "Sent from my Verizon Wireless 4G LTE DROID",
    "Sent from Yahoo Mail on Android",
    "Sent from Mail for Windows 10",
    "Sent via the Samsung Galaxy S21, an AT&T 5G smartphone",
    "Sent with Proton Mail secure email.",
    "Get Outlook for iOS<https://aka.example/ios>",
    "Sent from my mobile device, please excuse typos.",
    "Von meinem iPhone gesendet",
    "Gesendet von Mail für Windows 10",
    "Gesendet mit der GMX Mail App",
    "Diese Nachricht wurde von meinem Android-Gerät mit K-9 Mail gesendet.",
    "Envoyé de mon iPhone",
    "Envoyé depuis mon appareil Galaxy",
    "Télécharger Outlook pour iOS",
    "Enviado desde mi iPhone",
    "Enviado do meu iPhone",
    "Enviado del correo Yahoo en Android",
    "Inviato da iPhone",
    "Verstuurd vanaf mijn iPhone",
    "Verzonden met Outlook voor Android",
    "Sendt fra min iPhone",
    "Skickat från min iPhone",
    "Lähetetty iPhonesta",
    "Wysłane z iPhone'a",
    "Odesláno z iPhonu",
    "Отправлено с iPhone",
    "Отправлено из мобильной Почты Mail",
    "Надіслано з iPhone",
    "Στάλθηκε από το iPhone μου",
    "iPhone'umdan gönderildi",
    "أرسلت من الـ iPhone",
    "נשלח מה-iPhone שלי",
    "发自我的iPhone",
    "发自我的华为手机",
    "从我的 iPhone 发送",
    "发送自 Windows 10 版邮件应用",
    "發自我的 iPhone",
    "從我的 iPhone 傳送",
    "获取 Outlook for iOS",
    "发自网易邮箱大师",
    "iPhoneから送信",
    "Outlook for iOS を入手",
    "나의 iPhone에서 보냄",
    "Gửi từ iPhone của tôi",
    "ส่งจาก iPhone ของฉัน",
]
