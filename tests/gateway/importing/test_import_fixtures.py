"""Every defect we met in real files, in small files of our own: what becomes of each row."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from connectors.contract.records import Channel, DatePrecision, Kind, Location, Mode
from gateway.importing import WrongFile, load_mapping, read
from tests.gateway.importing.reading import (
    FIXTURES,
    MONTREAL_HEADER,
    NOW,
    imported,
    lines_and_reasons,
    warned,
)


def test_a_broken_quote_costs_its_own_row_and_no_other() -> None:
    complaints, rejects, _ = imported("quotes.csv", "montreal")
    open_quote = "row: expected a closing quote before the next row begins, came none"
    assert lines_and_reasons(rejects) == {
        3: open_quote,
        5: open_quote,
        6: open_quote,
        8: "row: expected a delimiter after a closing quote, came text",
        12: open_quote,
    }
    assert {row: complaint.category for row, complaint in complaints.items()} == {
        "1": "Lampadaire, banc, fontaine",
        "3": "Banc, cassé",
        "6": "Grille",
        "8": 'Tuyau de 2" percé',
        "9": 'Panneau "Arrêt" tombé',
        "10": 'Haie"',
    }


def test_a_reject_carries_its_row_as_it_stood() -> None:
    _, rejects, _ = imported("quotes.csv", "montreal")
    assert rejects[0].raw == '2,2024-05,Requete,"Lampadaire éteint,Terminée,Téléphone,lundi,9'


def test_shifted_rows_are_refused_by_the_column_that_cannot_be_right() -> None:
    complaints, rejects, _ = imported("shifted.csv", "montreal")
    assert lines_and_reasons(rejects) == {
        3: "row: expected 8 columns, came 9",
        4: "row: expected 8 columns, came 7",
        5: r"row: expected an id like \d+, came nothing",
        6: "mois: expected %Y-%m, came text",
        7: "jour: expected a weekday, came digits",
        8: "jour: expected a weekday, came digits",
        9: "mois: expected %Y-%m, came text",
        10: "heure: expected an hour from 0 to 23, came digits",
        12: r"row: expected an id like \d+, came text",
        13: "mois: expected %Y-%m, came nothing",
    }
    assert list(complaints) == ["1", "11"]


def test_the_month_is_all_that_montreal_knows_of_a_date() -> None:
    complaints, _, account = imported("shifted.csv", "montreal")
    first = complaints["1"]
    assert first.created_at == datetime(2024, 5, 1, 4, tzinfo=UTC)
    assert first.created_precision is DatePrecision.MONTH
    assert (first.title, first.description, first.language) == (None, None, None)
    assert dict(account.by_month) == {"2024-05": 1, "2024-06": 1}


def test_every_word_of_montreal_has_its_meaning_and_new_words_are_counted() -> None:
    complaints, rejects, account = imported("words.csv", "montreal")
    assert {row: complaint.status.value for row, complaint in complaints.items()} == {
        "1": "ACKNOWLEDGED",
        "2": "IN_PROGRESS",
        "3": "UNDER_ASSESSMENT",
        "4": "IN_PROGRESS",
        "5": "ANSWERED",
        "6": "REOPENED",
        "7": "INADMISSIBLE",
        "8": "WITHDRAWN",
        "9": "WITHDRAWN",
        "10": "UNDER_ASSESSMENT",
        "11": "UNDER_ASSESSMENT",
    }
    assert [complaint.channel for complaint in complaints.values()] == [
        Channel.CALL_CENTRE,
        Channel.MOBILE,
        None,
        Channel.EMAIL,
        None,
        Channel.COUNTER,
        Channel.POST,
        Channel.WEB,
        Channel.SOCIAL,
        Channel.CALL_CENTRE,
        Channel.CALL_CENTRE,
    ]
    assert complaints["3"].kind is Kind.OBSERVATION
    assert complaints["10"].origin.raw_status == "En délibéré"
    assert complaints["11"].origin.raw_status is None
    assert warned(account) == {
        "provenance: expected one of 7 channels, came another; left out": [6],
        "dernier_statut: expected one of 9 statuses, came another word;"
        " taken as UNDER_ASSESSMENT": [11],
        "dernier_statut: expected one of 9 statuses, came nothing; taken as UNDER_ASSESSMENT": [12],
    }
    assert lines_and_reasons(rejects) == {
        13: "nature: expected one of Requete, Plainte, Commentaire, came text"
    }


def test_of_rows_with_one_id_the_first_that_can_be_imported_is_kept() -> None:
    complaints, rejects, _ = imported("twice.csv", "montreal")
    assert {row: complaint.status.value for row, complaint in complaints.items()} == {
        "1": "ACKNOWLEDGED",
        "2": "ACKNOWLEDGED",
        "3": "ANSWERED",
    }
    assert lines_and_reasons(rejects) == {
        4: "id: expected once, came again with the same content; the first is kept",
        5: "id: expected once, came again with other content; the first is kept",
        6: "mois: expected %Y-%m, came text",
    }


def test_times_are_local_to_the_city_and_odd_hours_follow_a_rule() -> None:
    complaints, rejects, account = imported("times.csv", "baltimore")
    first = complaints["99-00000001"]
    assert (first.created_at, first.updated_at, first.due_at, first.closed_at) == (
        datetime(2018, 2, 1, 4, 30, tzinfo=UTC),
        datetime(2018, 2, 1, 5, tzinfo=UTC),
        datetime(2018, 2, 5, 17, tzinfo=UTC),
        datetime(2018, 2, 1, 5, 30, tzinfo=UTC),
    )
    assert first.origin.source_updated_at == first.updated_at
    # 2:30 did not exist that night: half past three, as the clock was put forward by an hour.
    assert complaints["99-00000002"].created_at == datetime(2018, 3, 11, 7, 30, tzinfo=UTC)
    # 1:30 came twice: the first is meant.
    assert complaints["99-00000003"].created_at == datetime(2018, 11, 4, 5, 30, tzinfo=UTC)
    assert warned(account) == {
        "CreatedDate: expected a time that America/New_York had, came one it skipped; moved on": [
            3
        ],
        "CreatedDate: expected one time of America/New_York, came one it had twice;"
        " took the first": [4],
    }
    form = "%m/%d/%Y %I:%M:%S %p"
    assert lines_and_reasons(rejects) == {
        6: f"CreatedDate: expected {form}, came text",
        7: f"CreatedDate: expected {form}, came text",
        8: f"CreatedDate: expected {form}, came nothing",
        9: f"StatusDate: expected {form}, came text",
    }


def test_an_open_case_has_no_closing_time_whatever_the_row_says() -> None:
    complaints, _, _ = imported("times.csv", "baltimore")
    assert complaints["99-00000004"].closed_at is None


def test_a_status_date_before_the_creation_is_kept_as_the_city_says_it() -> None:
    complaints, _, _ = imported("times.csv", "baltimore")
    odd = complaints["99-00000004"]
    assert odd.updated_at is not None
    assert odd.created_at is not None
    assert odd.updated_at < odd.created_at


def test_months_are_counted_in_the_zone_of_the_city() -> None:
    _, _, account = imported("times.csv", "baltimore")
    assert dict(account.by_month) == {"2018-01": 1, "2018-03": 1, "2018-07": 1, "2018-11": 1}


def test_points_that_cannot_be_there_are_left_out_and_counted() -> None:
    complaints, rejects, account = imported("places.csv", "baltimore")
    assert {row: complaint.location for row, complaint in complaints.items()} == {
        "99-00000001": Location(
            address="1 INVENTED ST, NOWHERE, 11111",
            area_code="Sample Hill",
            latitude=39.3012,
            longitude=-76.6034,
        ),
        "99-00000002": Location(address="2 INVENTED ST", area_code="Sample Hill"),
        "99-00000003": None,
        "99-00000004": Location(area_code="Sample Hill"),
        "99-00000005": Location(area_code="Sample Hill"),
    }
    point = "Latitude, Longitude: expected"
    assert warned(account) == {
        "ZipCode: expected five digits or nothing, came other digits": [3, 4],
        f"{point} a point of the agency's area, came one outside; left out": [3, 6],
        f"{point} both or neither, came one; left out": [5],
    }
    assert lines_and_reasons(rejects) == {
        7: "ZipCode: expected five digits or nothing, came text",
        8: "Latitude: expected degrees or nothing, came text",
        9: "Latitude: expected degrees or nothing, came text",
        10: "PolicePost: expected a number or nothing, came text",
    }


def test_every_word_of_baltimore_has_its_meaning_and_a_closing_date_decides_new_ones() -> None:
    complaints, rejects, account = imported("stages.csv", "baltimore")
    assert rejects == []
    assert [
        (complaint.status.value, complaint.closed_at is not None)
        for complaint in complaints.values()
    ] == [
        ("SUBMITTED", False),
        ("ACKNOWLEDGED", False),
        ("IN_PROGRESS", False),
        ("AWAITING_COMPLAINANT", False),
        ("CLOSED", True),
        ("CLOSED", True),
        ("DUPLICATE", False),
        ("DUPLICATE", False),
        ("DUPLICATE", True),
        ("CLOSED", True),
        ("UNDER_ASSESSMENT", False),
    ]
    assert [complaint.kind for complaint in complaints.values()] == (
        [Kind.COMPLAINT] * 4
        + [Kind.INFORMATION_REQUEST]
        + [Kind.COMPLAINT] * 3
        + [Kind.OBSERVATION]
        + [Kind.COMPLAINT] * 2
    )
    assert [complaint.channel for complaint in complaints.values()] == [
        Channel.CALL_CENTRE,
        Channel.SYSTEM,
        Channel.API,
        Channel.POST,
        Channel.EMAIL,
        Channel.WEB,
        Channel.SYSTEM,
        None,
        Channel.CALL_CENTRE,
        Channel.CALL_CENTRE,
        Channel.CALL_CENTRE,
    ]
    status = "SRStatus: expected one of 9 statuses, came another word; taken as"
    assert warned(account) == {f"{status} CLOSED": [11], f"{status} UNDER_ASSESSMENT": [12]}


def test_text_may_run_over_lines_and_line_numbers_stay_those_of_the_file() -> None:
    complaints, rejects, account = imported("letters.csv", str(FIXTURES / "letters.yaml"))
    assert {row: complaint.description for row, complaint in complaints.items()} == {
        "A/1": 'Le banc est cassé.\n\nIl l\'est depuis "longtemps".\nMerci.',
        "A/2": "Une seule ligne",
        "A/4": "Celui-ci\nfinit",
        "B/1": "Fin",
    }
    assert lines_and_reasons(rejects) == {
        7: "row: expected a closing quote before the next row begins, came none",
        8: "row: expected 7 columns, came 1",
        11: "row: expected a closing quote before the next row begins, came none",
        12: "row: expected 7 columns, came 2",
    }
    assert complaints["A/1"].title == "Banc"
    assert complaints["A/1"].language == "fr"
    assert complaints["A/1"].created_precision is DatePrecision.DAY
    assert account.read == 8


def test_a_complaint_says_where_it_comes_from() -> None:
    complaints, _, _ = imported("words.csv", "montreal")
    complaint = complaints["1"]
    assert complaint.id == "Complaint:store:montreal:1"
    assert complaint.agency_code == "montreal-311"
    assert complaint.origin.mode is Mode.OWN
    assert complaint.origin.fetched_at == NOW
    assert complaint.reference is None
    assert not complaint.demonstration


@pytest.mark.parametrize(
    ("header", "named"),
    [
        ("", "activite, dernier_statut, heure, jour, mois, nature, provenance, row"),
        (MONTREAL_HEADER.replace("mois", "month"), "mois"),
        (MONTREAL_HEADER + ",jour", "jour"),
        (MONTREAL_HEADER.replace(",", ";"), "row"),
        (MONTREAL_HEADER.replace("mois", '"mois'), "broken quote"),
    ],
)
def test_a_file_of_another_kind_is_refused_whole(tmp_path: Path, header: str, named: str) -> None:
    file = tmp_path / "other.csv"
    file.write_text(header, encoding="utf-8")
    with pytest.raises(WrongFile, match=named):
        list(read(load_mapping("montreal"), file))
