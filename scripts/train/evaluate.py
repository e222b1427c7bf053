"""Figures from held-out scores: the mixing of both parts, one threshold, calibration, recall and false alarms.

A text's score is the highest of its windows. The score of every text comes from a model trained without its family.
"""
import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

import folds

PRIOR = 0.5  # share of attacks among texts that confidence is stated for: as many as harmless ones
NONCHAT_RATE, CHAT_RATE = 0.009, 0.03  # false alarms the threshold may cause on held-out texts
CERTAIN = 0.85  # what a finding must be at least; no window below it fires

# Harmless on purpose in the words of attacks. They measure over-defence and do not set the threshold.
_HARD = {"own_doc", "own_chat", "own_languages", "mof_template", "synthetic", "xstest", "awesome",
         "written_benign", "written_code", "written_indirect", "written_languages", "written_plain"}
_FOREIGN = {"own_languages", "written_languages"}  # whole languages held out say little about the shipped model


def wilson(hits, count, z=1.96):
    if count == 0:
        return 0.0, 1.0
    p = hits / count
    middle = (p + z * z / (2 * count)) / (1 + z * z / count)
    half = z * np.sqrt(p * (1 - p) / count + z * z / (4 * count * count)) / (1 + z * z / count)
    return max(0.0, middle - half), min(1.0, middle + half)


class Report:
    def __init__(self, examples, windows, held_out):
        count = len(examples)
        self.source = np.array([e.source for e in examples])
        self.family = np.array([e.family for e in examples])
        self.label = np.array([e.label for e in examples])
        self.split = np.array([e.split for e in examples])
        chat = np.array([e.chat for e in examples])
        self.original = self.split == "original"
        hard = np.isin(self.family, list(_HARD)) | np.char.startswith(self.source.astype(str), "mof_")
        self.plain = self.original & (self.label == 0) & ~hard & ~chat
        self.chat = self.original & (self.label == 0) & ~hard & chat
        # jbb_PAIR asks for harm without injecting anything; alone, BIPIA's requests are ordinary ones.
        self.attack = self.original & (self.label == 1) & ~np.isin(self.source, ["jbb_PAIR", "BIPIA_text_attack_train"])
        self.mix = self._mix(windows, held_out)
        self.parts = {"linear": folds.document_scores(windows, held_out[0], count), "phrase": folds.document_scores(windows, held_out[1], count),
                      "sum": folds.document_scores(windows, self.mix[0] * held_out[0] + self.mix[1] * held_out[1] + self.mix[2], count)}
        self.score = self.parts["sum"]
        self.threshold = self._threshold(self.score)
        self.knots = self._calibrate()
        self.threshold = max(self.threshold, self._logit(CERTAIN))
        self.figures = self._figures()

    def _mix(self, windows, held_out):
        """(weight of linear, weight of phrase, constant), fitted on held-out windows, families counting by their root."""
        weight = np.zeros(len(windows.label))
        key = np.array([f"{f}{l}" for f, l in zip(self.family, self.label)])[windows.example]
        usable = (windows.label >= 0) & (windows.weight > 0)
        for name in np.unique(key[usable]):
            chosen = usable & (key == name)
            weight[chosen] = chosen.sum() ** -0.5
        rows = np.flatnonzero(weight)
        for label in (0, 1):
            weight[windows.label == label] /= weight[windows.label == label].sum()
        fitted = LogisticRegression(C=1e3).fit(held_out[:, rows].T, windows.label[rows], sample_weight=weight[rows] * len(rows))
        return [float(fitted.coef_[0][0]), float(fitted.coef_[0][1]), float(fitted.intercept_[0])]

    def _threshold(self, score):
        # The cheat sheets of tldr are a genre of their own, and held out as a whole; in the shipped model they are not.
        plain = self.plain & (self.family != "tldr")
        return float(max(np.quantile(score[plain], 1 - NONCHAT_RATE), np.quantile(score[self.chat], 1 - CHAT_RATE)))

    def _sample(self):
        """Texts and weights for calibration: attacks weigh PRIOR in all, half of the rest chat; families by their root."""
        weight = np.zeros(len(self.score))
        for mask, share in ((self.attack & ~np.isin(self.family, list(_FOREIGN)), PRIOR), (self.plain, (1 - PRIOR) / 2), (self.chat, (1 - PRIOR) / 2)):
            for family in np.unique(self.family[mask]):
                chosen = mask & (self.family == family)
                weight[chosen] = chosen.sum() ** -0.5
            weight[mask] *= share / weight[mask].sum()
        return np.flatnonzero(weight), weight

    def _calibrate(self):
        """Knots (logit, confidence): weighted shares in score bins, made monotone, by pooling neighbours."""
        rows, weight = self._sample()
        order = rows[np.argsort(self.score[rows])]
        bins = []
        edges = np.concatenate([[-np.inf], np.quantile(self.score[self.attack], [0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]), [np.inf]])
        for low, high in zip(edges[:-1], edges[1:]):
            chosen = order[(self.score[order] > low) & (self.score[order] <= high)]
            total = weight[chosen].sum()
            if total > 0:
                bins.append([float(np.average(self.score[chosen], weights=weight[chosen])), float(weight[chosen][self.label[chosen] == 1].sum()), float(total)])
        merged = []
        for middle, hits, total in bins:
            merged.append([middle * total, hits, total])
            while len(merged) > 1 and merged[-2][1] / merged[-2][2] >= merged[-1][1] / merged[-1][2]:
                last = merged.pop()
                merged[-1] = [a + b for a, b in zip(merged[-1], last)]
        return [(m / t, min(0.99, h / t)) for m, h, t in merged]

    def confidence(self, score):
        knots = np.array(self.knots)
        return np.interp(score, knots[:, 0], knots[:, 1])

    def _logit(self, confidence):
        """The lowest score of that confidence; knots may share one."""
        for (x0, y0), (x1, y1) in zip(self.knots, self.knots[1:]):
            if y0 < confidence <= y1:
                return x0 + (x1 - x0) * (confidence - y0) / (y1 - y0)
        return -np.inf if self.knots[0][1] >= confidence else np.inf

    def _figures(self):
        out = {"threshold": self.threshold, "confidence at the threshold": float(self.confidence(self.threshold)), "mix": self.mix, "knots": self.knots,
               "prior": PRIOR, "recall": {}, "false alarms": {}, "candidates": {}, "variants": {}, "reliability": []}
        caught = self.score > self.threshold
        pooled = self.plain | self.chat
        for name, score in self.parts.items():
            at = self._threshold(score)
            one = np.quantile(score[pooled], 0.99)
            rows = {}
            for source in np.unique(self.source[self.original & (self.label == 1)]):
                chosen = self.original & (self.source == source) & (self.label == 1)
                if chosen.sum() >= 15:
                    auc = roc_auc_score(np.r_[np.ones(chosen.sum()), np.zeros(pooled.sum())], np.r_[score[chosen], score[pooled]])
                    rows[source] = [float((score[chosen] > at).mean()), float((score[chosen] > one).mean()), float(auc)]
            out["candidates"][name] = rows
        for kind, label in (("recall", 1), ("false alarms", 0)):
            groups = self.source if label else self.family
            for group in np.unique(groups[self.original & (self.label == label)]):
                chosen = self.original & (groups == group) & (self.label == label)
                out[kind][group] = [int(caught[chosen].sum()), int(chosen.sum())]
        for name, chosen in (("all tool and document text", self.plain), ("the same without tldr", self.plain & (self.family != "tldr")), ("all chat", self.chat)):
            out["false alarms"][name] = [int(caught[chosen].sum()), int(chosen.sum())]
        for split in ("embedded", "noisy"):
            for label in (1, 0):
                chosen = (self.split == split) & (self.label == label)
                out["variants"][f"{split}/{label}"] = [int(caught[chosen].sum()), int(chosen.sum())]
        rows, weight = self._sample()
        said = self.confidence(self.score[rows])
        for low, high in ((0, 0.05), (0.05, 0.2), (0.2, 0.5), (0.5, 0.7), (0.7, 0.85), (0.85, 0.95), (0.95, 1.01)):
            chosen = (said >= low) & (said < high)
            total = weight[rows][chosen].sum()
            if total > 0:
                truth = weight[rows][chosen & (self.label[rows] == 1)].sum() / total
                out["reliability"].append([low, min(high, 1.0), int(chosen.sum()), float((said[chosen] * weight[rows][chosen]).sum() / total), float(truth)])
        return out

    def text(self):
        f = self.figures
        lines = [f"threshold (logit) {f['threshold']:.3f}, confidence there {f['confidence at the threshold']:.2f}, mix {[round(x, 3) for x in f['mix']]}", "",
                 "recall at each candidate's own threshold / at 1 % pooled false alarms / AUC, source left out",
                 f"{'source':28}" + "".join(f"{n:>20}" for n in self.parts)]
        for source in f["candidates"]["sum"]:
            lines.append(f"{source:28}" + "".join("{:>9.2f} {:.2f} {:.2f}".format(*f["candidates"][n][source]) + " " for n in self.parts))
        for kind in ("recall", "false alarms", "variants"):
            lines += ["", f"{kind} at the threshold, with 95 % intervals"]
            for name, (hits, count) in f[kind].items():
                low, high = wilson(hits, count)
                lines.append(f"{name:34} {hits:6}/{count:<6} {100 * hits / max(1, count):6.2f} %  [{100 * low:.2f}, {100 * high:.2f}]")
        lines += ["", f"reliability, prior {PRIOR}: confidence from, to, texts, mean confidence, share of attacks"]
        lines += ["{:.2f} {:.2f} {:6} {:.3f} {:.3f}".format(*row) for row in f["reliability"]]
        return "\n".join(lines) + "\n"
