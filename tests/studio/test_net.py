"""Writing a network in Chromium: figures follow, faults are pointed at, two stand side by side."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from shown import Visit, grave

pytestmark = pytest.mark.browser


def test_figures_follow_the_text(visit: Visit) -> None:
    opened = visit("net")
    page = opened.page
    expect(page.locator("#write dl data").first).to_have_attribute("value", "9098")
    page.locator("textarea").fill("conv10k5p2")
    page.get_by_label("Picture").fill("3x32x32")
    expect(page.locator("#write dl data").first).to_have_attribute("value", "760")
    expect(page.locator("#layers tbody tr").first).to_contain_text("10×32×32")
    expect(page.locator("#source pre")).to_contain_text("nn.Conv2d(3, 10, 5, padding=2)")
    page.get_by_role("button", name="Keras").click()
    expect(page.locator("#source pre")).to_contain_text("keras")
    expect(page).to_have_url(re.compile("text=conv10k5p2.*input=3x32x32"))
    page.reload()
    expect(page.locator("#write dl data").first).to_have_attribute("value", "760")
    assert opened.complaints == []


def test_a_number_of_a_layer_tells_what_it_looks_at(visit: Visit) -> None:
    page = visit("net", text="conv4-conv4", input="1x12x12").page
    page.locator("#field svg.map").scroll_into_view_if_needed()
    page.locator("#field input[type=range]").fill("1")
    expect(page.locator("#field .told")).to_contain_text("a window of 5×5 pixels")
    expect(page.locator("#field .told")).to_contain_text("rows 4 to 8")
    page.locator("textarea").fill("fc10")
    expect(page.locator("#field")).to_have_count(0)


def test_a_fault_is_pointed_at(visit: Visit) -> None:
    page = visit("net", lang="ru", text="conv8-relu\nfc10-relux").page
    told = page.locator("#write .told")
    expect(told).to_contain_text("Строка 2, знак 6")
    expect(told).to_contain_text("Нет ни слоя, ни определения «relux». Может быть: relu")
    assert page.locator("#write .bad").all_inner_texts() == ["relux"]
    page.get_by_role("button", name="Строка 2, знак 6").click()
    selected = page.evaluate("""() => {
      const area = document.querySelector('textarea');
      return area.value.slice(area.selectionStart, area.selectionEnd);
    }""")
    assert selected == "relux"
    page.keyboard.type("relu")
    expect(told).to_have_text("")
    page.locator("textarea").fill("conv8k9p0")
    page.get_by_label("Картинка", exact=True).fill("1x7x7")
    expect(told).to_contain_text("Фильтр 9x9 не помещается на входе 7x7")
    expect(told).to_contain_text("Возьмите k7 и меньше или p1 и больше.")


FAULTS = [
    *("conv32-relux-fc10", "conv8--fc10", "(conv8 + conv16)-fc10", "(conv8 | conv8s2)-fc10"),
    *("(id + conv1s2)-fc10", "fc10-conv3", "block(n) = block(n)-relu\nblock(3)", "conv8k40p0"),
    *("conv0", "conv8s0", "drop2-fc10", "filters-fc10", "pool40p0", "conv8-(relu", "conv8q3"),
    *("conv8)", "conv{3/2}", "[conv8]*9999999", "up99-fc10", "softmax-fc10", "# nothing", "relu3"),
    *("block(n)=conv{n}\nblock(1,2)", "conv8g3", "conv8k3x3x3", "pool3p2", "conv8p1t", "a=1\na=2"),
    *("conv8k2-(id+conv8k2)", "(conv8k3p0 + id)", "conv(8)", "filters(vertcal)", "conv99999999999"),
]


def test_faults_are_told_in_russian(visit: Visit) -> None:
    page = visit("net", lang="ru").page
    told = page.locator("#write .told")
    for text in FAULTS:
        page.locator("textarea").fill("conv8")
        expect(told).to_have_text("")
        page.locator("textarea").fill(text)
        expect(told).not_to_have_text("")
        said = told.locator("p").inner_text()
        assert re.search("[а-я]{3}", said), said
        english = re.findall(
            r"\b(?:the|is|be|of|needs?|cannot|must|from|more|use|give|has)\b", said
        )
        assert english == [], said


def test_while_a_text_is_wrong_the_last_right_one_is_the_source(visit: Visit) -> None:
    page = visit("net", lang="ru", text="conv8-fc10").page
    source = page.locator("#source pre")
    expect(source).to_contain_text("nn.Conv2d(1, 8")
    before = source.inner_text()
    text = page.locator("textarea").first
    for wrong, told in (
        ("conv8-*", "Здесь не может стоять"),
        ("#" * 20_001, "больше 20000 знаков"),
    ):
        text.fill(wrong)
        expect(page.get_by_text(told)).to_have_count(1)
        page.wait_for_timeout(300)  # the source is asked a little after the plan
        assert source.inner_text() == before


def test_the_catalogue_is_at_hand(visit: Visit) -> None:
    page = visit("net").page
    page.get_by_role("button", name="Catalogue").click()
    expect(page.get_by_role("button", name=re.compile("vgg16 "))).to_be_visible()
    assert grave(page) == []
    page.get_by_label("Find a network").fill("resnet18")
    page.get_by_role("button", name=re.compile("resnet18")).click()
    expect(page.locator("#write dl data").first).to_have_attribute("value", "11689512")
    expect(page.locator("textarea")).to_have_value(re.compile("He, Zhang, Ren, Sun"))


def test_a_name_in_the_address_becomes_its_text(visit: Visit) -> None:
    page = visit("net", text="lenet5").page
    expect(page.locator("#write dl data").first).to_have_attribute("value", "61706")
    expect(page.locator("textarea")).to_have_value(re.compile("fc84"))


def test_two_stand_side_by_side(visit: Visit) -> None:
    page = visit("net", text="vgg16").page
    page.get_by_role("button", name="Compare with another").click()
    page.locator("textarea").nth(1).fill("resnet18")
    row = page.locator("#write tbody tr").first
    expect(row).to_contain_text("138,357,544")
    expect(row).to_contain_text("11,689,512")
    expect(row).to_contain_text("×0.08")
    expect(page.locator("#diagram svg")).to_have_count(2)
    expect(page).to_have_url(re.compile("second=resnet18"))
    page.reload()
    expect(page.locator("textarea")).to_have_count(2)
    page.get_by_role("button", name="Leave the second out").click()
    expect(page.locator("textarea")).to_have_count(1)


def test_free_names_get_fields(visit: Visit) -> None:
    page = visit("net", text="[(CONV-RELU)*N-POOL?]*M-(FC-RELU)*K,SOFTMAX").page
    for name, value in (("N", "2"), ("M", "3"), ("K", "1")):
        page.get_by_label(name, exact=True).fill(value)
    expect(page.locator("#layers tbody tr").filter(has_text="convolution")).to_have_count(6)
    expect(page).to_have_url(re.compile("values=.*m%3D3"))
    page.reload()
    expect(page.get_by_label("M", exact=True)).to_have_value("3")


def test_strides_may_have_to_divide(visit: Visit) -> None:
    page = visit("net", text="conv4k3s3p0", input="1x7x7").page
    expect(page.locator("#layers tbody")).to_contain_text("2.33")
    page.get_by_label("Strides must divide evenly").check()
    expect(page.locator("#write .told")).to_contain_text("2.33")
