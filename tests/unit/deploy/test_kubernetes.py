"""The manifests belong together: what one names, another defines. (Their schemas: see docs/docker.md.)"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from shared.pipeline import INGEST, NAMES
from shared.settings import Settings

FOLDER = Path(__file__).parents[3] / "deploy" / "kubernetes"
KUSTOMIZATION = yaml.safe_load((FOLDER / "kustomization.yaml").read_text("utf-8"))
Manifest = dict[str, Any]


def manifests(kind: str = "") -> Iterator[Manifest]:
    for file in KUSTOMIZATION["resources"]:
        for manifest in yaml.safe_load_all((FOLDER / file).read_text("utf-8")):
            if kind in ("", manifest["kind"]):
                yield manifest


def pods() -> Iterator[tuple[str, Manifest]]:
    for manifest in manifests():
        if "template" in manifest.get("spec", {}):
            yield manifest["metadata"]["name"], manifest["spec"]["template"]["spec"]


def test_every_file_is_used():
    assert {path.name for path in FOLDER.glob("*.yaml")} == {*KUSTOMIZATION["resources"], "kustomization.yaml"}


def test_every_service_runs_from_its_image():
    images = {image["name"] for image in KUSTOMIZATION["images"]}
    assert {pod["containers"][0]["image"] for _, pod in pods()} == images
    assert images == {f"wiremill-{name}" for name in (INGEST, *NAMES, "gateway", "clerk", "redis")}


@pytest.mark.parametrize(("name", "pod"), list(pods()))
def test_pods_have_no_privileges_and_a_limit(name: str, pod: Manifest):
    assert pod["securityContext"]["runAsNonRoot"] and pod["securityContext"]["runAsUser"] > 0
    assert pod["automountServiceAccountToken"] is False
    (container,) = pod["containers"]
    own = container["securityContext"]
    assert own["readOnlyRootFilesystem"] and not own["allowPrivilegeEscalation"]
    assert own["capabilities"] == {"drop": ["ALL"]}
    assert container["resources"]["limits"]["memory"]


@pytest.mark.parametrize(("name", "pod"), list(pods()))
def test_whatever_is_mounted_is_there_and_secrets_are_files(name: str, pod: Manifest):
    volumes = {volume["name"] for volume in pod["volumes"]}
    claims = {"data"} if name == "redis" else set()
    (container,) = pod["containers"]
    assert {mount["name"] for mount in container["volumeMounts"]} == volumes | claims
    assert not [variable for variable in container.get("env", ()) if "valueFrom" in variable]
    (secret,) = (volume["secret"] for volume in pod["volumes"] if "secret" in volume)
    made = {file.partition("=")[0] for file in KUSTOMIZATION["secretGenerator"][0]["files"]}
    assert {item["key"] for item in secret.get("items", ())} <= made
    assert secret["secretName"] == KUSTOMIZATION["secretGenerator"][0]["name"]


def test_settings_are_settings():
    known = {f"WIREMILL_{name.upper()}" for name in Settings.model_fields}
    assert {line.partition("=")[0] for line in KUSTOMIZATION["configMapGenerator"][0]["literals"]} <= known


def test_every_worker_is_scaled_with_a_key_to_the_numbers():
    (keys,) = manifests("TriggerAuthentication")
    assert [entry["parameter"] for entry in keys["spec"]["secretTargetRef"]] == ["token"]
    scaled = list(manifests("ScaledObject"))
    assert {each["spec"]["scaleTargetRef"]["name"] for each in scaled} == {INGEST, *NAMES}
    for each in scaled:
        (trigger,) = each["spec"]["triggers"]
        assert trigger["metadata"]["authMode"] == "bearer"
        assert trigger["authenticationRef"]["name"] == keys["metadata"]["name"]
