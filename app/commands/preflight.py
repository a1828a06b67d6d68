"""`preflight`: whether this machine could run Tributary, and which workers it would start."""

import click

from app.commands.terminal import ERR, tell


@click.command("preflight")
@click.option("--workers", default="", metavar="WORDS", help="as in WORKER_QUEUES")
def preflight(workers: str) -> None:
    """Tell whether the settings are complete, and PostgreSQL and Redis answer.

    On standard output are the workers that --workers means: queues and processes, one worker a line.
    """
    from app.commands import here  # noqa: PLC0415 - see there
    from app.config import load_settings  # noqa: PLC0415
    from app.system.preflight import planned, redis_info  # noqa: PLC0415

    settings = load_settings()
    settings.broker_url()  # refuses what cannot be a broker
    for plan in planned(workers, settings.celery_concurrency) if workers else []:
        tell(f"{','.join(plan.queues)} {plan.processes}")
    database, redis = here.database_version(), redis_info(settings)
    if (policy := redis.get("maxmemory_policy", "noeviction")) != "noeviction":
        ERR.print(f"Redis may evict messages ({policy}): set maxmemory-policy noeviction.", soft_wrap=True)
    told = f"The settings are complete. {database} and Redis {redis['redis_version']} answer."
    ERR.print(told, markup=False, soft_wrap=True)
