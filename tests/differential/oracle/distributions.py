"""A distribution as moto's CloudFront stores it, or why it refuses it."""

import json

from moto.cloudfront.models import DistributionConfig
from moto.core.exceptions import ServiceException


def listed(items):
    return {"Quantity": len(items), "Items": items}


def behavior(properties):
    """A behavior in the words of the API, which differ from those of a template only in their lists."""
    words = dict(properties)
    if "AllowedMethods" in words:
        words["AllowedMethods"] = listed(words["AllowedMethods"])
    return words


def stored(config):
    """A `DistributionConfig`, or the code of the error."""
    config = json.loads(json.dumps(config))
    config["CallerReference"] = "oracle"
    config["Origins"] = listed([{**origin, "DomainName": str(origin["DomainName"])} for origin in config["Origins"]])
    config["DefaultCacheBehavior"] = behavior(config["DefaultCacheBehavior"])
    config["CacheBehaviors"] = listed([behavior(each) for each in config.get("CacheBehaviors", [])])
    try:
        return DistributionConfig(config)
    except ServiceException as error:
        return error.code


def methods(distribution, pattern):
    """What a behavior allows, with the default if the template does not say."""
    behaviors = getattr(distribution, "CacheBehaviors")["Items"] or []
    found = next((each for each in behaviors if each.path_pattern == pattern), distribution.DefaultCacheBehavior)
    return set(found.allowed_methods.items)
