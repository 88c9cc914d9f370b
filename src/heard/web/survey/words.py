"""What the form says around the questions, by language."""

WORDS: dict[str, dict[str, str]] = {
    "en": {
        "title": "How was it?",
        "intro": "This takes a minute. Every answer is optional and is kept without your name.",
        "optional": "optional",
        "send": "Send",
        "thanks": "Thank you. Your answer has arrived.",
        "before": "This link has been answered already. Thank you.",
        "forged": "This link is not valid. Please open it as it stands in our message.",
        "late": "This survey is closed. Thank you all the same.",
        "many": "Too many requests. Please try again in a minute.",
        "empty": "Nothing was filled in yet. Please answer at least one question.",
        "wrong": "One answer could not be read. Please check the form.",
    },
    "de": {
        "title": "Wie war es?",
        "intro": "Das dauert eine Minute. Jede Antwort ist freiwillig und wird ohne Ihren Namen aufbewahrt.",
        "optional": "freiwillig",
        "send": "Absenden",
        "thanks": "Danke. Ihre Antwort ist angekommen.",
        "before": "Dieser Link wurde schon beantwortet. Danke.",
        "forged": "Dieser Link ist nicht gültig. Bitte öffnen Sie ihn so, wie er in unserer Nachricht steht.",
        "late": "Diese Umfrage ist beendet. Danke trotzdem.",
        "many": "Zu viele Anfragen. Bitte versuchen Sie es in einer Minute noch einmal.",
        "empty": "Es ist noch nichts ausgefüllt. Bitte beantworten Sie mindestens eine Frage.",
        "wrong": "Eine Antwort war nicht lesbar. Bitte prüfen Sie das Formular.",
    },
    "es": {
        "title": "¿Qué tal fue?",
        "intro": "Solo lleva un minuto. Cada respuesta es voluntaria y se guarda sin su nombre.",
        "optional": "opcional",
        "send": "Enviar",
        "thanks": "Gracias. Hemos recibido su respuesta.",
        "before": "Este enlace ya fue respondido. Gracias.",
        "forged": "Este enlace no es válido. Ábralo tal como aparece en nuestro mensaje.",
        "late": "Esta encuesta está cerrada. Gracias de todos modos.",
        "many": "Demasiadas solicitudes. Inténtelo de nuevo en un minuto.",
        "empty": "Aún no hay ninguna respuesta. Responda al menos una pregunta.",
        "wrong": "No se pudo leer una respuesta. Revise el formulario.",
    },
    "fr": {
        "title": "Comment cela s'est-il passé ?",
        "intro": "Cela prend une minute. Chaque réponse est facultative et conservée sans votre nom.",
        "optional": "facultatif",
        "send": "Envoyer",
        "thanks": "Merci. Votre réponse est bien arrivée.",
        "before": "Ce lien a déjà servi. Merci.",
        "forged": "Ce lien n'est pas valable. Ouvrez-le tel qu'il figure dans notre message.",
        "late": "Cette enquête est close. Merci quand même.",
        "many": "Trop de demandes. Réessayez dans une minute.",
        "empty": "Rien n'est encore rempli. Répondez à une question au moins.",
        "wrong": "Une réponse n'a pas pu être lue. Vérifiez le formulaire.",
    },
}


def of(language: str | None) -> tuple[str, dict[str, str]]:
    """A language that the form speaks, English where it does not, and its words."""
    known = (language or "").lower()[:2]
    return (known, WORDS[known]) if known in WORDS else ("en", WORDS["en"])
