"""An e-mail as it is sent, and the story that is to be read from it."""

from datetime import UTC, datetime

from shared.models import Content, Finding, Source, Story, Wire

MESSAGE = b"""Return-Path: <wire@tidewater.example>
Received: from mx.example (mx.example [192.0.2.1])
\tby in.example with ESMTP; Mon, 4 May 2026 11:30:05 +0200
Message-ID: <ferry.1@tidewater.example>
Date: Mon, 4 May 2026 11:30:00 +0200 (CEST)
From: =?utf-8?q?Mara_Lind=C3=A9n?= <wire@tidewater.example>
To: desk@example.org
Subject: =?iso-8859-1?Q?F=E4hre?= runs
 aground =?utf-8?b?4oCT?= again
Keywords: ferry, Orsk,,ferry
Organization: Tidewater Wire
Content-Language: en-GB, de
In-Reply-To: <ferry.0@tidewater.example>
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="out"

Preamble: not shown.
--out
Content-Type: multipart/alternative; boundary=in

--in
Content-Type: text/plain; charset=iso-8859-1
Content-Transfer-Encoding: quoted-printable

ORSK (TWS) =96 A f=E4hre ran=
 aground.

-- =20
The desk
--in
Content-Type: text/html; charset=utf-8

<p>ORSK (TWS) A f\xc3\xa4hre ran aground. <b>The desk</b></p>
--in--
--out
Content-Type: text/plain; name=notes.txt
Content-Disposition: attachment; filename=notes.txt

Attached notes.
--out
Content-Type: image/png
Content-Transfer-Encoding: base64

iVBORw0KGgo=
--out--
"""
STORY = Story(
    source=Source(guid="ferry.1@tidewater.example", provider="Tidewater Wire"),
    content=Content(text="ORSK (TWS) – A fähre ran aground.\n\n--  \nThe desk"),
    headline="Fähre runs aground – again",
    byline="Mara Lindén",
    language="en-GB",
    published=datetime(2026, 5, 4, 9, 30, tzinfo=UTC),
    keywords=["ferry", "Orsk"],
    wire=Wire(
        of="ferry.0@tidewater.example",
        findings=[Finding(says="reply", field="In-Reply-To", text="<ferry.0@tidewater.example>")],
    ),
)
