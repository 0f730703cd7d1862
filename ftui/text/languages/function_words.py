"""The commonest small words of languages in Latin letters, and what requests begin with, written down by hand."""

from __future__ import annotations

WORDS: dict[str, str] = {
    "en": (
        "the of and to is in that it for you was with on as are be this have from or by not but what all "
        "were when we can there which their if will how an would about my your i do does it's don't they "
        "has he she at me so who why where should could may some more than any a"
    ),
    "de": (
        "der die das und ist in den von zu mit sich des auf für nicht ein eine einen einem einer als auch "
        "es an er sie wir ich du ihr dem im am wird wie was wenn oder aber kann sind hat haben war bei nach "
        "aus um noch nur zum zur man mein dein sein ihre warum wo wer bitte über vor diese dieser dieses "
        "schreibe schreib erkläre erklär nenne nennen beschreibe gib erstelle zeige diesen diesem dieses welche "
        "welcher welches wann wieviel viele können soll sollte"
    ),
    "fr": (
        "le la les de des du et est un une en que qui dans pour pas sur au aux avec ce cette il elle je "
        "nous vous ils ne se son sa ses par plus mais ou où sont être avoir a à été comme tout quel quelle "
        "comment pourquoi c'est d'un d'une l'on j'ai leur mon ma votre notre ces très "
        "écris écrivez explique expliquez donne donnez décris décrivez rédige quels quelles combien "
        "quand peux peut dois"
    ),
    "es": (
        "el la los las de y que en un una es por con para no se su lo como más pero sus le ya o este esta "
        "sí porque cuando muy sin sobre también me hasta hay donde quien desde todo nos al del son está qué "
        "cómo cuál mi tu puede fue ser entre "
        "escribe explica dame redacta cuánto cuántos cuáles cuándo quién puedo debo tiene"
    ),
    "it": (
        "il lo la i gli le di e che è un una in per non con si da del della dei delle al alla sono come più "
        "ma anche ho ha questo questa se mi ti ci nel nella quando perché cosa qual quale dove chi o mio "
        "tuo suo molto essere può degli sul sulla "
        "scrivi spiega dammi descrivi elenca quanto quanti quali posso devo puoi ecco"
    ),
    "pt": (
        "o a os as de e que do da em um uma é para com não se na no por mais dos das como mas ao ele ela "
        "foi seu sua ou quando muito nos já eu também só pelo pela até isso qual onde você são está meu "
        "minha pode ser tem entre "
        "escreva escreve explica descreva dê liste quais quanto quantos posso devo"
    ),
    "nl": (
        "de het een en van is dat in te die op met voor niet zijn er aan om ook als dan maar ik je hij ze "
        "wij we bij uit nog naar wat hoe waar wie door over kan heeft was worden wordt deze dit of geen "
        "mijn jouw zo tot "
        "schrijf beschrijf geef leg noem welke wanneer hoeveel kun kunt"
    ),
    "sv": (
        "och att det som en på är av för med den till inte har om ett han jag du vi ni men var de så kan "
        "från när hur vad eller min din efter blir också vid där ska i sig man "
        "skriv förklara beskriv ge vilka vilken varför"
    ),
    "da": (
        "og at det som en på er af for med den til ikke har om et han jeg du vi men var de så kan fra når "
        "hvordan hvad eller min din efter bliver også ved der skal i sig man hvor mig "
        "skriv forklar beskriv giv nævn hvilke hvilken hvorfor hvornår"
    ),
    "no": (
        "og at det som en på er av for med den til ikke har om et han jeg du vi men var de så kan fra når "
        "hvordan hva eller min din etter blir også ved der skal i seg man hvor meg "
        "skriv forklar beskriv gi nevn hvilke hvilken hvorfor"
    ),
    "fi": (
        "ja on ei että se hän oli mutta ovat kun myös niin kuin mitä tämä joka minä sinä voi mikä miten jos "
        "tai sen ole jotka nyt vain sitä siitä minun "
        "kirjoita selitä kuvaile kerro anna luettele miksi mitkä milloin"
    ),
    "pl": (
        "i w na z się nie to jest że do jak o co ale po czy za od są tak jego być dla tylko już przez może "
        "ten ta te jakie jaki który która mój gdzie dlaczego oraz lub "
        "napisz wyjaśnij opisz podaj wymień stwórz ile kiedy kto którego których jakiego trzy"
    ),
    "cs": (
        "a v na se je že to s z do o i jak ale za by co jsem po od když jsou pro tak jeho nebo jako už ve "
        "které který která proč kde má být není "
        "napiš napište vysvětli popiš uveď jmenuj kolik kdy kdo jaký jaké"
    ),
    "sk": (
        "a v na sa je že to s z do o i ako ale za by čo som po od keď sú pre tak jeho alebo už vo ktoré "
        "ktorý prečo kde má byť nie "
        "napíš napíšte vysvetli opíš uveď vymenuj koľko kedy kto aký aké"
    ),
    "ro": (
        "și de la în a cu că nu pe este o un din să se care mai pentru sunt ce cum dar au fost ai al sau "
        "prin unde când după foarte acest această "
        "scrie explică descrie dă enumeră câte câți cine"
    ),
    "hu": (
        "a az és hogy nem is egy van ez de mint csak volt el meg már ha mit vagy hogyan mi azt ki én te "
        "kell lehet minden még miért hol "
        "írj írjon magyarázd sorolj mondd adj melyik hány mikor"
    ),
    "tr": (
        "ve bir bu için de da ile ne çok olarak daha gibi ama var o ben sen nasıl mi mı mu olan en kadar "
        "sonra değil neden nerede her ya "
        "yaz açıkla anlat listele hangi kaç zaman kim"
    ),
    "id": (
        "yang dan di itu dengan untuk tidak ini dari dalam akan pada juga saya ke karena ada adalah bisa "
        "apa oleh atau kami kita anda mereka bagaimana sudah lebih dapat "
        "tulis tuliskan jelaskan sebutkan buatlah berikan kepada berapa kapan siapa"
    ),
    "vi": (
        "và của là có không được cho một các những trong với người này để như đã khi tôi bạn thì ở từ ra "
        "làm gì nào về cũng rất "
        "viết giải thích hãy liệt kê bao nhiêu tại sao"
    ),
    "hr": (
        "i je se u na da su za od s što kako ali ne ili koji koja koje biti bio kao ja ti mi vi iz do po "
        "nije samo gdje zašto "
        "napiši objasni opiši navedi koliko kada tko"
    ),
    "ca": (
        "el la els les de i que en un una és per amb no es com més però al del són què aquest aquesta també "
        "o quan molt seva "
        "escriu explica descriu quina quins"
    ),
}
"""ISO code to words, in small letters."""
