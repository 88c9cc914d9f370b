"""Wordings and anchors of the items, in English, German, Spanish and French."""

Told = dict[str, str]


def said(en: str, de: str, es: str, fr: str) -> Told:
    """One text in four languages."""
    return {"en": en, "de": de, "es": es, "fr": fr}


DISAGREE = said("strongly disagree", "stimme gar nicht zu", "muy en desacuerdo", "pas du tout d'accord")
NEITHER = said("neither", "weder noch", "ni lo uno ni lo otro", "ni l'un ni l'autre")
AGREE = said("strongly agree", "stimme voll zu", "muy de acuerdo", "tout à fait d'accord")
YES, NO = said("yes", "ja", "sí", "oui"), said("no", "nein", "no", "non")

FELT_UNDERSTOOD = said(
    "I felt understood.", "Ich habe mich verstanden gefühlt.", "Me sentí comprendido.", "Je me suis senti compris."
)
SITUATION_ACKNOWLEDGED = said(
    "The agent acknowledged my situation.",
    "Man ist auf meine Lage eingegangen.",
    "El agente reconoció mi situación.",
    "L'agent a reconnu ma situation.",
)
CLEAR_NEXT_STEPS = said(
    "I left with clear next steps.",
    "Ich wusste danach genau, wie es weitergeht.",
    "Me quedó claro cuáles son los siguientes pasos.",
    "Je suis reparti avec des étapes claires.",
)
FELT_VALUED = said(
    "I felt valued as a customer.",
    "Ich habe mich als Kunde geschätzt gefühlt.",
    "Me sentí valorado como cliente.",
    "Je me suis senti valorisé en tant que client.",
)
FELT_GENUINE = said(
    "The concern for me felt genuine.",
    "Das Interesse an mir wirkte echt.",
    "El interés por mí me pareció sincero.",
    "L'attention portée à ma personne semblait sincère.",
)
WHY = said(
    "What is the main reason for your answer?",
    "Was ist der wichtigste Grund für Ihre Antwort?",
    "¿Cuál es la razón principal de su respuesta?",
    "Quelle est la raison principale de votre réponse ?",
)
SATISFIED = said(
    "How satisfied are you with the service you received?",
    "Wie zufrieden sind Sie mit unserem Service?",
    "¿Qué tan satisfecho está con el servicio recibido?",
    "Dans quelle mesure êtes-vous satisfait du service reçu ?",
)
VERY_DISSATISFIED = said("very dissatisfied", "sehr unzufrieden", "muy insatisfecho", "très insatisfait")
VERY_SATISFIED = said("very satisfied", "sehr zufrieden", "muy satisfecho", "très satisfait")
RATE_GOOD_BAD = said(
    "How would you rate the support you received?",
    "Wie bewerten Sie unsere Hilfe?",
    "¿Cómo valora la ayuda recibida?",
    "Comment évaluez-vous l'aide reçue ?",
)
BAD = said("bad, I am unsatisfied", "schlecht, ich bin unzufrieden", "mala, no estoy satisfecho", "mauvaise")
GOOD = said("good, I am satisfied", "gut, ich bin zufrieden", "buena, estoy satisfecho", "bonne")
GREAT, OKAY, NOT_GOOD = (
    said("great", "großartig", "genial", "super"),
    said("okay", "in Ordnung", "regular", "correct"),
    said("not good", "nicht gut", "mal", "pas bien"),
)
RECOMMEND = said(
    "How likely are you to recommend us to a friend or colleague?",
    "Wie wahrscheinlich ist es, dass Sie uns weiterempfehlen?",
    "¿Qué probabilidad hay de que nos recomiende a un amigo o colega?",
    "Quelle est la probabilité que vous nous recommandiez à un ami ou collègue ?",
)
NOT_LIKELY = said("not at all likely", "sehr unwahrscheinlich", "nada probable", "pas du tout probable")
VERY_LIKELY = said("extremely likely", "sehr wahrscheinlich", "muy probable", "très probable")
EFFORT = said(
    "How much effort did you personally have to put forth to handle your request?",
    "Wie viel Aufwand mussten Sie selbst betreiben, um Ihr Anliegen zu klären?",
    "¿Cuánto esfuerzo tuvo que hacer usted para resolver su solicitud?",
    "Quel effort avez-vous dû fournir pour traiter votre demande ?",
)
LOW_EFFORT = said("very low effort", "sehr wenig Aufwand", "muy poco esfuerzo", "très peu d'effort")
HIGH_EFFORT = said("very high effort", "sehr viel Aufwand", "mucho esfuerzo", "énormément d'effort")
MADE_EASY = said(
    "The company made it easy for me to handle my issue.",
    "Das Unternehmen hat es mir leicht gemacht, mein Anliegen zu klären.",
    "La empresa me facilitó resolver mi problema.",
    "L'entreprise m'a permis de traiter facilement mon problème.",
)
RESOLVED_FIRST = said(
    "Was your matter settled the first time?",
    "Wurde Ihr Anliegen beim ersten Mal erledigt?",
    "¿Se resolvió su asunto a la primera?",
    "Votre demande a-t-elle été réglée du premier coup ?",
)
RENEW = said(
    "How likely are you to stay our customer?",
    "Wie wahrscheinlich ist es, dass Sie unser Kunde bleiben?",
    "¿Qué probabilidad hay de que siga siendo nuestro cliente?",
    "Quelle est la probabilité que vous restiez notre client ?",
)
BOT_UNDERSTOOD = said(
    "The assistant understood what I needed.",
    "Der Assistent hat verstanden, was ich brauchte.",
    "El asistente entendió lo que necesitaba.",
    "L'assistant a compris ce dont j'avais besoin.",
)
BOT_KNEW_LIMITS = said(
    "The assistant passed me on in time when it could not help.",
    "Der Assistent hat mich rechtzeitig weitergeleitet, wenn er nicht helfen konnte.",
    "El asistente me pasó a tiempo con una persona cuando no podía ayudar.",
    "L'assistant m'a passé quelqu'un à temps quand il ne pouvait pas aider.",
)
BOT_NO_REPEAT = said(
    "I did not have to say everything again to a person.",
    "Ich musste einer Person nicht alles noch einmal sagen.",
    "No tuve que repetirlo todo a una persona.",
    "Je n'ai pas eu à tout répéter à une personne.",
)
HANDLED = said(
    "Which of these comes closest to how you were treated?",
    "Was davon trifft am ehesten zu?",
    "¿Qué se acerca más a cómo le trataron?",
    "Qu'est-ce qui décrit le mieux la façon dont on vous a traité ?",
)
HANDLED_5 = said(
    "They said what my situation was, and offered me a choice of ways forward.",
    "Man hat meine Lage benannt und mir mehrere Wege angeboten.",
    "Reconocieron mi situación y me ofrecieron varias opciones.",
    "On a nommé ma situation et proposé plusieurs solutions.",
)
HANDLED_4 = said(
    "They said what my situation was, and told me what happens next.",
    "Man hat meine Lage benannt und gesagt, was als Nächstes geschieht.",
    "Reconocieron mi situación y dijeron qué pasa después.",
    "On a nommé ma situation et dit ce qui se passe ensuite.",
)
HANDLED_3 = said(
    "They dealt with the procedure, without a word about my situation.",
    "Man hat den Vorgang bearbeitet, ohne auf meine Lage einzugehen.",
    "Siguieron el procedimiento, sin hablar de mi situación.",
    "On a suivi la procédure, sans un mot sur ma situation.",
)
HANDLED_2 = said(
    "They answered something that I had not asked.",
    "Man hat etwas beantwortet, das ich nicht gefragt hatte.",
    "Respondieron algo que no había preguntado.",
    "On a répondu à autre chose que ma question.",
)
HANDLED_1 = said(
    "They brushed my situation aside.",
    "Man hat meine Lage abgetan.",
    "Restaron importancia a mi situación.",
    "On a balayé ma situation d'un revers de main.",
)
LEADER_LISTENS = said(
    "My lead listens when I raise a problem.",
    "Meine Leitung hört zu, wenn ich ein Problem anspreche.",
    "Mi responsable escucha cuando planteo un problema.",
    "Mon responsable écoute quand je soulève un problème.",
)
MAY_SPEND_TIME = said(
    "I may take the time that a difficult contact needs.",
    "Ich darf mir für schwierige Kontakte die nötige Zeit nehmen.",
    "Puedo dedicar el tiempo que un contacto difícil necesita.",
    "Je peux prendre le temps qu'un contact difficile exige.",
)
