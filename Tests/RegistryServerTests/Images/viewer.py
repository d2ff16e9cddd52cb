"""Looks at studies in a headless Chromium as people do; ends with 1 and a word where something is not as it should be.

usage: viewer.py ADDRESS… [--pictures FOLDER]
"""
import sys

from selenium import webdriver
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

addresses = sys.argv[1:]
folder = None
if "--pictures" in addresses:
    place = addresses.index("--pictures")
    folder = addresses[place + 1]
    addresses = addresses[:place]

options = webdriver.ChromeOptions()
options.binary_location = "/usr/bin/chromium"
for argument in ["--headless=new", "--no-sandbox", "--disable-gpu", "--window-size=1000,900", "--lang=en"]:
    options.add_argument(argument)
options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
driver = webdriver.Chrome(options=options, service=webdriver.ChromeService("/usr/bin/chromedriver"))
driver.set_page_load_timeout(60)


def told():
    return driver.find_element(By.ID, "told").text


def source():
    return driver.find_element(By.ID, "picture").get_attribute("src") or ""


def wait(what, condition):
    try:
        WebDriverWait(driver, 30, 0.1).until(lambda _: condition())
    except Exception:
        sys.exit(f"{what}: told {told()!r}, shown {source()[-60:]!r}, log {driver.get_log('browser')}")


def value(name):
    return float(driver.find_element(By.ID, name).get_attribute("value"))


def keep(name):
    if folder:
        driver.save_screenshot(f"{folder}/{name}.png")


try:
    counts = set()
    for index, address in enumerate(addresses):
        driver.set_window_size(1000, 900)
        driver.get(address)
        wait("the first picture", lambda: told().startswith("1 / "))
        count = int(told().split("/")[1].split()[0])
        counts.add(count)
        stage = driver.find_element(By.ID, "stage")
        shown = driver.execute_script("return document.getElementById('picture').naturalWidth")
        if not shown:
            sys.exit("nothing is shown")
        keep(f"wide-{index}")
        # By keyboard alone: the stage is the first thing that can be reached.
        driver.find_element(By.TAG_NAME, "body").send_keys(Keys.TAB)
        if driver.switch_to.active_element.get_attribute("id") != "stage":
            sys.exit("the stage is not reached by the keyboard")
        stage.send_keys(Keys.END)
        wait("the last slice", lambda: told().startswith(f"{count} / "))
        stage.send_keys(Keys.ARROW_UP)
        wait("the slice before", lambda: told().startswith(f"{max(count - 1, 1)} / "))
        stage.send_keys(Keys.HOME)
        wait("the first slice", lambda: told().startswith("1 / "))
        stage.send_keys("+")
        wait("larger", lambda: value("zoom") > 1)
        width = value("width")
        stage.send_keys("]")
        wait("a wider window", lambda: value("width") > width and "window=" in source() and told().startswith("1 / "))
        stage.send_keys("0")
        wait("as it was", lambda: value("zoom") == 1 and "window=" not in source() and told().startswith("1 / "))
        # By mouse.
        if count > 1:
            ActionChains(driver).scroll_from_origin(
                webdriver.common.actions.wheel_input.ScrollOrigin.from_element(stage), 0, 120).perform()
            wait("the wheel", lambda: not told().startswith("1 / ") and "/" in told())
        before = (value("center"), value("width"))
        ActionChains(driver).move_to_element(stage).click_and_hold().move_by_offset(60, 30).release().perform()
        wait("a window by dragging", lambda: (value("center"), value("width")) != before and "window=" in source())
        wait("its picture", lambda: "/" in told())
        keep(f"windowed-{index}")
        driver.find_element(By.ID, "back").click()
        # By touch, at the width of a phone.
        driver.execute_cdp_cmd(
            "Emulation.setDeviceMetricsOverride",
            {"width": 360, "height": 740, "deviceScaleFactor": 2, "mobile": True})
        driver.execute_cdp_cmd("Emulation.setTouchEmulationEnabled", {"enabled": True, "maxTouchPoints": 2})
        driver.get(address)
        wait("on a phone", lambda: told().startswith("1 / "))
        if driver.execute_script("return document.documentElement.scrollWidth > innerWidth"):
            sys.exit("wider than a phone")

        def touch(kind, points):
            driver.execute_cdp_cmd(
                "Input.dispatchTouchEvent",
                {"type": kind, "touchPoints": [{"x": x, "y": y, "id": n} for n, (x, y) in enumerate(points)]})

        if count > 1:
            touch("touchStart", [(180, 200)])
            touch("touchMove", [(180, 240)])
            touch("touchEnd", [])
            wait("the next slice by a finger", lambda: told().startswith("2 / "))
        touch("touchStart", [(150, 250), (210, 250)])
        touch("touchMove", [(100, 250), (260, 250)])
        touch("touchMove", [(90, 250), (270, 250)])
        touch("touchEnd", [])
        wait("larger by two fingers", lambda: value("zoom") > 1)
        keep(f"phone-{index}")
        driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
        wrong = [line for line in driver.get_log("browser") if line["level"] == "SEVERE" and "favicon" not in line["message"]]
        if wrong:
            sys.exit(f"the browser complains: {wrong}")
    if max(counts) < 2:
        sys.exit("no stack was looked at")
finally:
    driver.quit()
