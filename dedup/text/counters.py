"""Figures that count what happens to a page, and not what its article says: comments, ages, minutes."""

import re

# Beside a word of these lists a figure is a counter on a page, a time of day, or, with "ago", an age.
# "Shares" and "votes" are no such words: articles count them, too.
COUNTED_THINGS = """
    comment comments view views like likes reply replies retweet retweets tweet tweets follower followers read
    reads shared upvotes reaction reactions subscriber subscribers bookmarks
    kommentar kommentare kommentaren aufrufe reaktionen geteilt gelesen
    commentaire commentaires partage partages réactions abonnés vues
    comentario comentarios visitas lecturas compartidos reacciones seguidores
    commenti condivisioni visualizzazioni comentários compartilhamentos visualizações curtidas
    reacties bekeken komentarzy komentarze wyświetleń yorum görüntülenme beğeni
    комментариев комментарии комментария комментарий просмотров просмотра просмотры лайков подписчиков
    تعليق تعليقات مشاهدة مشاهدات
""".split()
THOUSANDS = "k m tsd mio mil тыс".split()
"""What may stand between a counter and what it counts: "1.2K views"."""
CLOCK_WORDS = "am pm gmt utc est edt cst cdt pst pdt bst cet cest ist hrs uhr".split()
TIME_UNITS = """
    second seconds sec secs minute minutes min mins hour hours hr hrs day days week weeks month months year
    years sekunden minuten stunde stunden tag tagen woche wochen monat monaten jahr jahren
    secondes heure heures jour jours semaine semaines mois an ans
    segundos minuto minutos hora horas día días semana semanas mes meses año años dia dias mês ano anos
    minuti ora ore giorno giorni settimana settimane mese mesi anno anni
    секунд минут минуты минуту час часа часов день дня дней недели недель
    dakika saat gün hafta دقائق دقيقة ساعة ساعات أيام يوم
""".split()
AFTER_AGE = "ago read fa назад önce geleden sedan temu atrás lecture lectura leitura lettura".split()
"""What follows an age or a time to read: "3 minutes ago", "5 min read"."""
BEFORE_AGE = "vor hace há منذ قبل lesezeit lecture lectura leitura lettura".split()
"""What precedes one: "vor 3 Minuten"."""

_PROSE = 12  # words of a line that is prose
_LEAST_PROSE = 60  # words of prose, and half of all, beside which lines are a page's and not a table's
_NAME = 6  # words at most before a counter in parentheses
_ALONE = re.compile(r"^[^\w\n%$€£¥°+−-]*(\d[\d.,]*)[^\w\n%$€£¥°]*$", re.MULTILINE)
_IN_PARENTHESES = re.compile(r"^([^\d\n]{1,60})\((\d[\d.,]*)\)[^\S\n]*$", re.MULTILINE)


def page_counters(text: str) -> frozenset[int]:
    """Where figures start that stand alone in a line, or in parentheses behind a few words ("Most read
    (12)"), in a text that is mostly prose.
    """
    if "\n" not in text:
        return frozenset()
    sizes = [len(line.split()) for line in text.splitlines()]
    prose = sum(size for size in sizes if size >= _PROSE)
    if prose < _LEAST_PROSE or 2 * prose < sum(sizes):
        return frozenset()
    alone = {match.start(1) for match in _ALONE.finditer(text)}
    named = {match.start(2) for match in _IN_PARENTHESES.finditer(text) if len(match[1].split()) <= _NAME}
    return frozenset(alone | named)
