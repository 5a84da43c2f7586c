/**
 * tokonoma as a library (docs/library.md): words to plans with `loadModel`, plans to things with `createAgent`, both on
 * MQTT with `serveMqtt`.
 */
export { loadModel, LoadedModel, type Declared, type GenerateOptions, type ModelOptions } from './library/model.ts';
export { createAgent, type AgentSettings } from './library/agent.ts';
export { configFrom, createThing, type DriverHandlers, type ThingOptions } from './library/things.ts';
export { serveMqtt, type MqttOptions, type MqttService } from './library/mqtt.ts';
export { Agent, type AgentEvents } from './agent/agent.ts';
export type { ActionResult, Command, Interpretation, Outcome, Response } from './agent/types.ts';
export { systemClock, type Clock } from './clock.ts';
export { demoConfig, loadConfig } from './config/load.ts';
export type { Config, SensorConfig, ThingConfig } from './config/types.ts';
export { TokonomaError } from './errors.ts';
export type { Args, PlanCall } from './grammar/actions.ts';
export { createLogger, type Logger } from './log.ts';
export type { GenerateResult, ModelInfo } from './model/types.ts';
export type { ChatMessage } from './tokenizer/template.ts';
export type { Driver, Thing, ThingDescription, ThingState } from '../devices/thing.ts';
