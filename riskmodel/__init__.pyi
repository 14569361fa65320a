"""The public names of riskmodel and where each is defined; ``__init__.py`` loads them on first use."""

from .asof.design import Design as Design, design as design
from .asof.engines import Dask as Dask, Processes as Processes, Threads as Threads
from .asof.library import load_features as load_features
from .asof.target import Target as Target
from .asof.vocabulary import (
    AboveUsual as AboveUsual,
    Among as Among,
    Clip as Clip,
    Closed as Closed,
    Count as Count,
    Cusum as Cusum,
    Decay as Decay,
    DecayedDays as DecayedDays,
    Difference as Difference,
    Elapsed as Elapsed,
    Excess as Excess,
    Harmonic as Harmonic,
    HolidayDays as HolidayDays,
    Lead as Lead,
    Log1p as Log1p,
    Modulo as Modulo,
    MonthDays as MonthDays,
    NamedHoliday as NamedHoliday,
    Nearby as Nearby,
    Nowcast as Nowcast,
    OpenSince as OpenSince,
    PlaceFigure as PlaceFigure,
    Rate as Rate,
    Ratio as Ratio,
    Relative as Relative,
    SameSeason as SameSeason,
    SchoolTerm as SchoolTerm,
    SearchedDays as SearchedDays,
    Share as Share,
    ShrunkenRate as ShrunkenRate,
    SinceHoliday as SinceHoliday,
    Smoothed as Smoothed,
    State as State,
    StateAge as StateAge,
    Surprise as Surprise,
    TimeSince as TimeSince,
    ToHoliday as ToHoliday,
    Trend as Trend,
    UnsearchedDays as UnsearchedDays,
    Weekday as Weekday,
    WorkedWeekends as WorkedWeekends,
)
from .base.days import day_range as day_range, to_day as to_day, to_iso as to_iso
from .base.errors import (
    RefusedError as RefusedError,
    RiskmodelError as RiskmodelError,
    StaleError as StaleError,
    UsageError as UsageError,
)
from .base.policy import Policy as Policy
from .base.progress_bars import progress_bar as progress_bar
from .base.project import Kind as Kind, Project as Project, load_project as load_project
from .detection import ears as ears, unusual as unusual
from .detection.forecast_excess import ForecastExcess as ForecastExcess
from .detection.joint import Surge as Surge, SurgeReport as SurgeReport, surge as surge
from .detection.known_counts import known_counts as known_counts
from .detection.methods import detect as detect
from .detection.space_time_scan import scan as scan
from .forecasts.backtesting import BacktestResult as BacktestResult, backtest as backtest, compare as compare
from .forecasts.bundle import Bundle as Bundle
from .forecasts.experiment import Experiment as Experiment, load_experiment as load_experiment
from .forecasts.forecast_series import forecast_series as forecast_series
from .forecasts.reports import (
    plot_ageing as plot_ageing,
    plot_hits as plot_hits,
    plot_map as plot_map,
    plot_over_time as plot_over_time,
    plot_pit as plot_pit,
    plot_reliability as plot_reliability,
    plot_residuals as plot_residuals,
)
from .forecasts.scores import Scores as Scores
from .forecasts.training import train as train
from .records.history import Coverage as Coverage, History as History
from .records.intake import ingest as ingest, ingest_frame as ingest_frame
from .records.places import Places as Places
from .records.store import load_history as load_history
from .records.truth import read_truth as read_truth
from .simulator import CountySettings as CountySettings, simulate as simulate
from .starter.county_project import init_county as init_county
from .starter.first_project import NewProject as NewProject, init as init
from .starter.quick_look import QuickLook as QuickLook, quick as quick
from .warning import WarningList as WarningList, warning_lists as warning_lists
from .operations.list_results import warning_results as warning_results
from .warning.policy_simulation import (
    PolicySimulation as PolicySimulation,
    WalkedNights as WalkedNights,
    simulate_policies as simulate_policies,
    walk_nights as walk_nights,
    write_policy_page as write_policy_page,
)
from .warning.results import WarningResults as WarningResults, write_results_page as write_results_page

__version__: str
