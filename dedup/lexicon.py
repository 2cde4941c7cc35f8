"""Words and marks by which one tells interface texts, forums, code and prices from an author's prose, in the languages that crawls meet most."""

import re

INTERFACE = frozenset(
    """
    about abonnez abonnieren abonnement accept account ad ads advertisement advertising agree alert alerts allow also anmelden anzeige
    app apps article articles artikel assine author autor back blog boletin boletín browser browsers button buy call cart checkout click
    close comment comments commentaires compartir comentarios consent contact contacto contents continue cookie cookies copyright
    coupon datenschutz datenschutzerklärung deal deals demo discount download donate e einloggen email enable facebook feed feedback filed
    folgen follow form foto fotos free gallery galerie get google hidden hide home image images impressum inbox info inscription inscrivez
    instagram javascript join kommentar kommentare kommentieren kontakt language latest lesen learn link linkedin links lire list load loading log login
    logout mail main mehr member members menu menü message more most nav navigation newsletter newsletters next now offer offers
    online open order page partager password photo photos pinterest play player plus policy popular post posts previous price print
    privacy profile promo publicidad publicidade publicité quantity rate rating read recommended register registrieren related
    reply report request reserved review reviews rights rss sale save schedule search see send sennik services settings share shares sharing
    shipping shop shopping sign signup site sitemap skip social solution sponsored start stories store story submit subscribe
    subscribed subscriber subscribers subscription suche suchen suivez support switch tag tags teilen teil terms thema themen thread today
    toggle top topic topics trending trial try tweet twitter update updates upgrade user video videos view visit watch weiter
    weiterlesen weitere werbung whatsapp yes your youtube zurück
    войти подписаться подписывайтесь подпишитесь поделиться комментарии комментарий реклама читайте читать также меню поиск
    赞 分享 登录 注册 评论 关注 订阅 更多 阅读 全文 下载 推荐 相关 続きを読む 関連 記事 ログイン シェア 登録 広告
    مشاركة اشترك تابعنا المزيد اقرأ إعلان تعليقات शेयर पढ़ें विज्ञापन टिप्पणी
    """.split()
)
FORUM = frozenset(
    "wrote posted joined reply replies quote quoted thread topic re geschrieben beitrag beiträge zitat schrieb member edited location op "
    "цитата написал сообщений ответить escribió respuesta a écrit répondre".split()
)
SENTENCE_END = re.compile(r"[.!?…。！？।؟॥៕][\"'”’»)\]」』]*\s*$")
ITEM = re.compile(r"\s*([-*•·▪–—+#]|\d+[.)]|[a-zA-Z][.)])\s")
PRICE = re.compile(r"[$€£¥₹]\s?\d|\d\s?[$€£¥₹]|\bEUR\b|\bUSD\b")
CODE = re.compile(
    r"[;{}]\s*$|^\s*(def|class|return|import|from|if|for|else|var|let|const|function|public|private|type|input|SELECT|INSERT|UPDATE|#include|//|/\*|\$ )\b"
    r"|=>|\(\)|==|::|</|/>",
    re.MULTILINE,
)
CELL = re.compile(r"\S(?: {2,}|\t+|\s*\|\s*)(?=\S)")
QUOTED = re.compile(r"\s*>")
WIDE = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]|([\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff])")
