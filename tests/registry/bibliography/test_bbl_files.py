"""Typeset bibliographies of BibTeX styles and of BibLaTeX."""

from registry.bibliography.entry import NotUnderstood
from registry.bibliography.reading import read
from tests.registry.bibliography.shelf import all_of, entries, ids, only

PLAIN = r"""\begin{thebibliography}{10}
\providecommand{\natexlab}[1]{#1}
\bibitem[Muster et~al.(2017)Muster, Doe, and {The [Widget] Team}]{muster2017}
Ada Muster, J{\"o}rg Doe, and Ben Beispiel.
\newblock Widgets are all you need.
\newblock In \emph{Advances in {W}idgets}, pages 1--9, 2017{\natexlab{a}}.
\newblock \doi{10.5555/w\_17}.

\bibitem{ieee} A.~Muster and B.~Doe, ``Deep widgets for {ImageNet},'' \emph{Widget Trans.},
  vol.~1, 2018.
\bibitem{named}\bibinfo{author}{A.~Muster}, \bibinfo{title}{Widgets at scale},
  \bibinfo{journal}{J. Widgets} \bibinfo{year}{2019}, \url{https://arxiv.org/abs/1901.01234}.
\end{thebibliography}
"""


def test_the_items_of_bibtex_styles_are_read() -> None:
    plain, ieee, named = entries(PLAIN)
    assert (plain.key, plain.title, plain.year) == ("muster2017", "Widgets are all you need", 2017)
    assert plain.authors == ("Ada Muster", "Jörg Doe", "Ben Beispiel")
    assert (plain.venue, ids(plain)) == ("Advances in Widgets", ["doi:10.5555/w_17"])
    assert plain.line == 3
    assert (ieee.title, ieee.authors) == ("Deep widgets for ImageNet", ("A. Muster", "B. Doe"))
    assert (named.title, named.year, ids(named)) == ("Widgets at scale", 2019, ["arxiv:1901.01234"])


BIBLATEX = r"""% $ biblatex auxiliary file $
\refsection{0}
  \datalist[entry]{nty/global//global/global}
    \entry{muster2017}{inproceedings}{}
      \name{author}{2}{}{%
        {{un=0,uniquepart=base,hash=aa}{%
           family={Muster},
           familyi={M\bibinitperiod},
           given={Ada},
           giveni={A\bibinitperiod}}}%
        {{hash=bb}{%
           family={Doe},
           given={J{\"o}rg},
           prefix={von}}}%
      }
      \field{booktitle}{Proc. of Widgets}
      \field{title}{Widgets are {All} you need}
      \field{year}{2017}
      \verb{doi}
      \verb 10.5555/w17
      \endverb
      \verb{eprint}
      \verb 1701.01234
      \endverb
    \endentry
  \enddatalist
\endrefsection
"""


def test_the_blocks_of_biblatex_are_read() -> None:
    entry = only(BIBLATEX)
    assert (entry.key, entry.kind, entry.line) == ("muster2017", "inproceedings", 4)
    assert (entry.title, entry.year) == ("Widgets are All you need", 2017)
    assert entry.authors == ("Ada Muster", "Jörg von Doe")
    assert ids(entry) == ["doi:10.5555/w17", "arxiv:1701.01234"]


def test_a_latex_document_gives_its_bibliography() -> None:
    text = "\\documentclass{article}\\begin{document}\\cite{a} Text.\n" + PLAIN + "\\end{document}"
    assert read(text.encode()).format == "LaTeX (.bbl)"
    assert len(entries(text)) == 3


def test_an_item_without_a_text_is_told() -> None:
    (told,) = all_of("\\begin{thebibliography}{1}\n\\bibitem{a}\n\\end{thebibliography}")
    assert isinstance(told, NotUnderstood)
    assert told.line == 2
