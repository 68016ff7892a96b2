import type { IPolicyValidationContext, IPolicyValidationPlugin, PolicyValidationPluginReport } from 'aws-cdk-lib';

export interface CflintValidatorProps {
  /** Run only these rules or groups. Default: all that are not pedantic, or as `cflint.yaml` says. */
  readonly select?: string[];
  /** Do not run these rules or groups. */
  readonly ignore?: string[];
  /** Run pedantic rules too. Default: `false` */
  readonly pedantic?: boolean;
  /** Drop findings below this confidence. Default: `likely` */
  readonly minConfidence?: 'possible' | 'likely' | 'certain';
  /** Drop findings below this severity. Only errors fail the synth. Default: `warning` */
  readonly minSeverity?: 'error' | 'warning' | 'info';
  /** The configuration file, or `false` for none. Default: the nearest `cflint.yaml` */
  readonly config?: string | false;
  /**
   * What happens if cflint cannot do its work: it is not installed, it crashes, or its configuration is invalid. With
   * `warning`, the report says so, and the synth goes on. Default: `error`
   */
  readonly onFailure?: 'error' | 'warning';
}

/**
 * Checks the templates of an app, linked with each other, with cflint.
 *
 * ```ts
 * Validations.of(app).addPlugins(new CflintValidator());
 * ```
 */
export class CflintValidator implements IPolicyValidationPlugin {
  readonly name: string;
  readonly version: string;
  constructor(props?: CflintValidatorProps);
  validate(context: IPolicyValidationContext): PolicyValidationPluginReport;
}
